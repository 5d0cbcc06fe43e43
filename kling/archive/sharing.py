"""Links under which somebody outside may see one result, for a while: kept as the hash of what the link holds."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from kling.errors import InvalidInput
from kling.store import Store
from kling.store.names import NOT_KEPT
from kling.store.tables import results
from kling.store.tables import shares as table

LONGEST_DAYS = 90
DAY = 86_400.0


@dataclass(frozen=True)
class Share:
    """A link that was given out; times in seconds since the epoch. Who holds it is not known."""

    token_hash: str
    task_id: str
    person: str
    created_at: float
    expires_at: float


class Shares:
    """The links to results of one service. Thread-safe."""

    def __init__(self, store: Store, service: str, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._service = service
        self._clock = clock

    def make(self, task_id: str, person: str, days: int) -> str:
        """What the link to a result holds: told this once, for it is not kept. `InvalidInput` where it cannot be."""
        if not 1 <= days <= LONGEST_DAYS:
            raise InvalidInput(f"A link holds for 1 to {LONGEST_DAYS} days.", "days")
        token, now = secrets.token_urlsafe(32), self._clock()
        row = {"token_hash": hash_of(token), "service": self._service, "task_id": task_id, "person": person}
        try:
            self._store.open()
            with self._store.engine.begin() as connection:
                connection.execute(sa.insert(table), row | {"created_at": now, "expires_at": now + days * DAY})
        except sa.exc.SQLAlchemyError:
            raise InvalidInput(NOT_KEPT, "share") from None
        return token

    def of(self, task_id: str) -> list[Share]:
        """The links to a result that are good, newest first."""
        chosen = self._good().where(table.c.task_id == task_id).order_by(table.c.created_at.desc())
        self._store.open()
        with self._store.engine.connect() as connection:
            return [Share(**row) for row in connection.execute(chosen).mappings()]

    def take_back(self, token_hash: str) -> None:
        """From now on the link opens nothing. `InvalidInput` where that cannot be kept."""
        chosen = sa.update(table).where(table.c.service == self._service, table.c.token_hash == token_hash)
        try:
            self._store.open()
            with self._store.engine.begin() as connection:
                connection.execute(chosen.where(table.c.revoked_at.is_(None)).values(revoked_at=self._clock()))
        except sa.exc.SQLAlchemyError:
            raise InvalidInput(NOT_KEPT, "share") from None

    def find(self, token: str) -> Share | None:
        """The link that holds this, while it is good and its result is neither deleted nor in the bin."""
        is_there = sa.exists().where(
            results.c.service == table.c.service, results.c.task_id == table.c.task_id,
            results.c.binned_at.is_(None), results.c.state != "deleted",
        )  # fmt: skip
        chosen = self._good().where(table.c.token_hash == hash_of(token), is_there)
        self._store.open()
        with self._store.engine.connect() as connection:
            row = connection.execute(chosen).mappings().first()
        return Share(**row) if row else None

    def _good(self) -> sa.Select[tuple[str, str, str, float, float]]:
        columns = (table.c[name] for name in Share.__dataclass_fields__)
        ours = (table.c.service == self._service, table.c.revoked_at.is_(None), table.c.expires_at > self._clock())
        return sa.select(*columns).where(*ours)


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
