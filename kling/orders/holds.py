"""Accounts for which nothing is sent because they do not work: why, since when, and the looks whether they do again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.errors import KlingError
from kling.orders.queue import HALTING
from kling.orders.records import error_from_json, error_to_json
from kling.orders.repository import Repository
from kling.store.tables import lines

RARER = 12
"""So many times longer than the first one the wait between two looks becomes."""


class Hold(NamedTuple):
    """`until`: the next look, None where one order may try; times in seconds since the epoch, `balance` in credits."""

    account: str
    until: float | None
    error: KlingError
    since: float
    balance: float | None


class Holds:
    """Those of one service, for all processes. `first` is the wait until the first look, in seconds."""

    def __init__(self, repository: Repository, first: float) -> None:
        self.repository = repository
        self.first = first

    def all(self) -> dict[str, Hold]:
        """By account; what another process changed is seen within a second."""
        found: dict[str, Hold] = self.repository.read_once("holds", self._read)
        return found

    def hold(self, account: str, error: KlingError) -> None:
        """Nothing is sent for the account until it works; `error` is why, for everybody."""
        with self._alone(account) as connection:
            now, known = self.repository.now(connection), self._row(connection, account)
            since = (known and known["since"]) or now
            hold = {"held_until": now + self._wait(now - since), "error": error_to_json(error), "since": since}
            if known is None:
                connection.execute(sa.insert(lines).values(service=self.repository.service, account=account, **hold))
            else:
                connection.execute(sa.update(lines).where(self._is(account)).values(**hold))

    def release(self, account: str) -> None:
        """The account works, or nobody waits for it."""
        if account in self.all():
            with self.repository.transaction() as connection:
                connection.execute(sa.delete(lines).where(self._is(account)))

    def look_soon(self, account: str) -> None:
        """Somebody says that it is mended."""
        with self.repository.transaction() as connection:
            held = sa.and_(self._is(account), lines.c.held_until.is_not(None))
            connection.execute(sa.update(lines).where(held).values(held_until=0.0))

    def begin_look(self, hold: Hold) -> bool:
        """Whether this process is to look now: of several, one."""
        now = self.repository.now()
        if hold.until is None or hold.until > now:
            return False
        with self._alone(hold.account) as connection:
            seen = sa.and_(self._is(hold.account), lines.c.held_until == hold.until)
            later = now + self._wait(now - hold.since)
            return bool(connection.execute(sa.update(lines).where(seen).values(held_until=later)).rowcount)

    def let_one_try(self, account: str, balance: float | None) -> None:
        """It answers again, with so much left: whether it works shows the next order."""
        with self.repository.transaction() as connection:
            tried = {"held_until": None, "balance": balance}
            connection.execute(sa.update(lines).where(self._is(account)).values(**tried))

    def is_closed(self, connection: Connection, account: str) -> bool | None:
        """Whether nothing may be sent; None where one order may try."""
        known = self._row(connection, account)
        return known is not None and (known["held_until"] is not None or None)

    def _wait(self, held_for: float) -> float:
        return min(RARER * self.first, max(self.first, held_for))

    def _read(self) -> dict[str, Hold]:
        chosen = sa.select(lines).where(lines.c.service == self.repository.service)
        with self.repository.store.engine.connect() as connection:
            rows = [dict(row) for row in connection.execute(chosen).mappings()]
        return {row["account"]: hold for row in rows if (hold := _hold_of(row)) is not None}

    def _row(self, connection: Connection, account: str) -> Mapping[str, Any] | None:
        return connection.execute(sa.select(lines).where(self._is(account))).mappings().first()  # type: ignore[return-value]

    def _is(self, account: str) -> sa.ColumnElement[bool]:
        return sa.and_(lines.c.service == self.repository.service, lines.c.account == account)

    def _alone(self, account: str) -> Any:
        return self.repository.alone(f"kling queue {account}")


def _hold_of(row: Mapping[str, Any]) -> Hold | None:
    error = error_from_json(row["error"])
    since = row["since"] or row["held_until"] or 0.0
    return None if error is None else Hold(row["account"], row["held_until"], error, since, row["balance"])


def is_halting(error: str | None) -> bool:
    """Whether an order's error, as it is kept, is one that stops the whole line."""
    return isinstance(error_from_json(error), HALTING)
