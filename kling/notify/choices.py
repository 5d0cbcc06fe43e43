"""How each person wants to hear of what has finished."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from kling.store import ReadCache, Store
from kling.store.tables import notice_choices as table


@dataclass(frozen=True)
class Choice:
    """`team_since`: from when on the team's web hook is told, in seconds since the epoch; None: it is not."""

    browser: bool = True
    team_since: float | None = None


class Choices:
    """Those of everybody. Thread-safe; what another process changes is known here within a second."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._cache = ReadCache(store.version)

    def of(self, person: str) -> Choice:
        """That of a person; the usual one for who has not chosen."""
        found: dict[str, Choice] = self._cache.get("all", self._read)
        return found.get(person, Choice())

    def choose(self, person: str, *, browser: bool, team: bool) -> None:
        """Keep a person's choice; the web hook is told of what finishes from now on."""
        known = self._read().get(person, Choice())
        since = None if not team else self._clock() if known.team_since is None else known.team_since
        values = {"browser": browser, "team_since": since}
        with self._store.alone("kling notice choices") as connection:
            if not connection.execute(sa.update(table).where(table.c.person == person).values(**values)).rowcount:
                connection.execute(sa.insert(table), {"person": person, **values})
        self._cache.clear()

    def team_recipients(self) -> dict[str, float]:
        """The persons whose ends the web hook is told of, and from when on; read anew."""
        return {person: known.team_since for person, known in self._read().items() if known.team_since is not None}

    def _read(self) -> dict[str, Choice]:
        self._store.open()
        with self._store.engine.connect() as connection:
            return {row.person: Choice(row.browser, row.team_since) for row in connection.execute(sa.select(table))}
