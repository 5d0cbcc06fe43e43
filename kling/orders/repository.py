"""The orders: one table, in SQLite or PostgreSQL, that survives the process and that several may share.

Whatever decides over money is one transaction here: who is sent, who holds which task, who may still be cancelled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.orders.budgets import Budgets
from kling.orders.estimates import Finished, finished_from_row
from kling.orders.paid_requests import PaidRequests
from kling.orders.records import ENDED
from kling.orders.rows import plain
from kling.orders.shared_pictures import SharedPictures
from kling.orders.standings import Standings, pass_or_hold, read_standings
from kling.orders.watermark import Watermark
from kling.store import Store
from kling.store.tables import orders

KEPT_SECONDS = 400 * 86_400.0
"""A year and a month: what was spent in one can be held against the same month of the year before."""
KEPT_FOR_GOOD = ("motion", "clip")
"""Kinds whose result stays at Kling: whose it is must be known for as long."""
RECENT = 60


def _others() -> sa.Select[Any]:
    start: sa.BindParameter[float] = sa.bindparam("start")
    end: sa.BindParameter[float] = sa.bindparam("end")
    theirs = (
        orders.c.service == sa.bindparam("service"),
        orders.c.account == sa.bindparam("account"),
        orders.c.id != sa.bindparam("but_for"),
    )
    # Not one condition with "or": for that SQLite reads every order there is.
    moved = sa.union_all(
        sa.select(sa.literal_column("1").label("taken")).where(*theirs, orders.c.accepted_at.between(start, end)),
        sa.select(sa.literal_column("0")).where(*theirs, orders.c.ended_at.between(start, end)),
        sa.select(sa.literal_column("0")).where(
            *theirs, orders.c.sent_at < end, orders.c.step.in_(("request", "looking"))
        ),
    ).subquery()
    return sa.select(sa.func.coalesce(sa.func.sum(moved.c.taken), 0), sa.func.count()).select_from(moved)


_OTHERS = _others()
"""How many others Kling took, and how many times the balance may have moved; made once, as every order asks it."""


class Repository(PaidRequests, SharedPictures):
    """All that is asked of the table beside reading and changing a row."""

    def __init__(
        self, store: Store, service: str, clock: Callable[[], float] = time.time, budgets: Budgets | None = None
    ) -> None:
        super().__init__(store, service, clock)
        self.budgets = budgets or Budgets()
        self._watermark = Watermark(store)

    # Placing

    def known(self, order_ids: Sequence[str]) -> set[str]:
        """Those of them that were placed already."""
        with self.store.engine.connect() as connection:
            return set(connection.scalars(sa.select(orders.c.id).where(self.mine(), orders.c.id.in_(order_ids))))

    def add(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Write new orders down, all or none; returns the ids that are new. Those without room in a budget are held."""
        with self.transaction() as connection:
            self.lock(connection, "kling placing")
            known = set(
                connection.scalars(
                    sa.select(orders.c.id).where(self.mine(), orders.c.id.in_([row["id"] for row in rows]))
                )
            )
            new = [dict(row) | {"service": self.service} for row in rows if row["id"] not in known]
            if new:
                connection.execute(sa.insert(orders), self._pass_or_hold(connection, new))
            number = self._watermark.raise_in(connection) if new else 0
        self._watermark.remember(number)
        return [row["id"] for row in new]

    def check_age(self) -> None:
        """`NotConfigured` when the database was emptied or put back from an old copy; before it is opened."""
        self._watermark.check()

    def mark_start(self) -> None:
        """To be called with every start, once the database is open."""
        with self.store.engine.begin() as connection:
            self.lock(connection, "kling placing")
            number = self._watermark.raise_in(connection)
        self._watermark.remember(number)

    def people(self) -> frozenset[str]:
        """Everybody who has an order; read like `cached`."""

        def ask() -> frozenset[str]:
            chosen = sa.select(orders.c.person).where(self.mine()).distinct()
            with self.store.engine.connect() as connection:
                return frozenset(connection.scalars(chosen))

        found: frozenset[str] = self.read_once("people", ask)
        return found

    # Budgets

    def standings(self) -> Standings:
        """What everybody has spent this month; read like `cached`."""

        def ask() -> Standings:
            with self.store.engine.connect() as connection:
                return read_standings(connection, self.mine(), self.budgets, self.now(connection))

        found: Standings = self.read_once("standings", ask)
        return found

    def _pass_or_hold(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        now = self.now(connection)
        return pass_or_hold(rows, read_standings(connection, self.mine(), self.budgets, now), now)

    def pass_held(self, order_ids: Sequence[str] | None = None) -> list[str]:
        """Let those go that were held and for which there is room by now, or these, whether there is or not."""
        if order_ids is None and not self._to_pass_now():
            return []
        with self.transaction() as connection:
            self.lock(connection, "kling placing")
            ids = self._held_with_room(connection) if order_ids is None else order_ids
            passed = {"step": "waiting", "passed_at": self.now(connection)}
            chosen = sa.update(orders).where(self.mine(), orders.c.id.in_(ids), orders.c.step == "held")
            return list(connection.scalars(chosen.values(**passed).returning(orders.c.id)))

    def _to_pass_now(self) -> bool:
        """A look without a lock: mostly nothing is held, or there is no more room than before."""
        with self.store.engine.connect() as connection:
            return bool(self._held_with_room(connection))

    def _held_with_room(self, connection: Connection) -> list[str]:
        chosen = sa.select(orders.c.id, orders.c.person, orders.c.price).where(self.mine(), orders.c.step == "held")
        held = [plain(row) for row in connection.execute(chosen.order_by(orders.c.placed_at, orders.c.id)).mappings()]
        if not held:
            return []
        return [row["id"] for row in self._pass_or_hold(connection, held) if row["step"] == "waiting"]

    def not_ended(self, order_ids: Sequence[str]) -> set[str]:
        """Those of them that have not ended."""
        chosen = sa.select(orders.c.id).where(self.mine(), orders.c.id.in_(order_ids), orders.c.step.not_in(ENDED))
        with self.store.engine.connect() as connection:
            return set(connection.scalars(chosen))

    def forget(self, before: float) -> list[str]:
        """Drop what ended before then; returns the ids."""
        gone = sa.delete(orders).where(
            self.mine(), orders.c.step.in_(ENDED), orders.c.step != "unknown", orders.c.ended_at < before,
            sa.or_(orders.c.kind.not_in(KEPT_FOR_GOOD), orders.c.step != "done"),
        )  # fmt: skip
        with self.transaction() as connection:
            return list(connection.scalars(gone.returning(orders.c.id)))

    # Costs

    def others_between(self, account: str, start: float, end: float, but_for: str) -> tuple[int, bool]:
        """How many other orders of the account Kling took between the two times, and whether nothing else at all
        can have moved the balance."""
        asked = {"service": self.service, "account": account, "start": start, "end": end, "but_for": but_for}
        with self.store.engine.connect() as connection:
            taken, moved = connection.execute(_OTHERS, asked).one()
        return taken, not moved

    def recent(self, account: str) -> list[Finished]:
        """What the orders of an account took that succeeded lately, newest first; read like `cached`."""
        columns = ("kind", "body", "task", "cost", "cost_is_exact", "accepted_at", "ended_at")
        chosen = (
            sa.select(*(orders.c[name] for name in columns))
            .where(self.mine(), orders.c.account == account, orders.c.step == "done")
            .order_by(orders.c.ended_at.desc())
            .limit(RECENT)
        )

        def ask() -> list[Finished]:
            with self.store.engine.connect() as connection:
                return [finished_from_row(plain(row)) for row in connection.execute(chosen).mappings()]

        found: list[Finished] = self._cache.get(("recent", account), ask)
        return found
