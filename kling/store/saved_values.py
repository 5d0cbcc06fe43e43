"""What the dashboard keeps for a person, or for everybody: drafts, presets of settings, steps that were done before."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.errors import InvalidInput, KlingError
from kling.store.cache import ReadCache
from kling.store.database import Store
from kling.store.names import NOT_KEPT
from kling.store.tables import saved_values as table

log = logging.getLogger(__name__)
Kind = Literal["draft", "preset", "done", "used", "deleted"]
"""A draft · settings by name · a step that somebody has done before · a motion that somebody has used · the tasks that
somebody has deleted last."""
EVERYBODY = ""
"""The owner of what is everybody's."""
MOST = 100
"""Of a kind, for each owner; those changed longest ago go."""


@dataclass(frozen=True)
class SavedValue:
    """A thing that is kept. `changed_at` in seconds since the epoch."""

    owner: str
    name: str
    value: Any
    changed_at: float


class SavedValues:
    """Values as JSON, by owner, kind and name; those of one service are nothing to another. Thread-safe."""

    def __init__(self, store: Store, service: str, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._service = service
        self._clock = clock
        self._cache = ReadCache(store.version)

    def all(self, owner: str, kind: Kind) -> list[SavedValue]:
        """What an owner has of a kind, changed last first; nothing while the database does not answer."""
        found: dict[str, list[SavedValue]] = self._cache.get(owner, lambda: self._read(owner))
        return found.get(kind, [])

    def get(self, owner: str, kind: Kind, name: str) -> Any:
        """The value; None when there is none."""
        return next((each.value for each in self.all(owner, kind) if each.name == name), None)

    def put(self, owner: str, kind: Kind, name: str, value: Any) -> None:
        """Keep a value, in place of the one before. `InvalidInput` when it cannot be kept."""
        row = {"service": self._service, "owner": owner, "kind": kind, "name": name}
        changed = {"value": json.dumps(value, ensure_ascii=False), "changed_at": self._clock()}
        with self._changing() as connection:
            connection.execute(sa.delete(table).where(*self._is(owner, kind), table.c.name == name))
            connection.execute(sa.insert(table), row | changed)
            many = sa.select(table.c.name).where(*self._is(owner, kind)).order_by(table.c.changed_at.desc())
            surplus = list(connection.scalars(many.offset(MOST).limit(MOST)))
            if surplus:
                connection.execute(sa.delete(table).where(*self._is(owner, kind), table.c.name.in_(surplus)))

    def drop(self, owner: str, kind: Kind, name: str) -> None:
        """Keep it no longer. `InvalidInput` when that cannot be written down."""
        with self._changing() as connection:
            connection.execute(sa.delete(table).where(*self._is(owner, kind), table.c.name == name))

    def forget(self, kind: Kind, seconds: float) -> None:
        """Drop what was not changed for so long. `InvalidInput` when that cannot be written down."""
        old = (table.c.service == self._service, table.c.kind == kind, table.c.changed_at < self._clock() - seconds)
        with self._changing() as connection:
            connection.execute(sa.delete(table).where(*old))

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        try:
            self._store.open()
            with self._store.alone("kling kept") as connection:
                yield connection
        except sa.exc.SQLAlchemyError:
            raise InvalidInput(NOT_KEPT, field="name") from None
        self._cache.clear()

    def _is(self, owner: str, kind: Kind) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.service == self._service, table.c.owner == owner, table.c.kind == kind

    def _read(self, owner: str) -> dict[str, list[SavedValue]]:
        """All that they have, by its kind: whoever asks for one kind asks for others too."""
        theirs = (table.c.service == self._service, table.c.owner == owner)
        chosen = sa.select(table).where(*theirs).order_by(table.c.changed_at.desc(), table.c.name)
        try:
            self._store.open()
            with self._store.engine.connect() as connection:
                rows = connection.execute(chosen).all()
        except (sa.exc.SQLAlchemyError, KlingError):
            log.warning("What is kept for people cannot be read")
            return {}
        found: dict[str, list[SavedValue]] = {}
        for row in rows:
            value = SavedValue(row.owner, row.name, json.loads(row.value), row.changed_at)
            found.setdefault(row.kind, []).append(value)
        return found
