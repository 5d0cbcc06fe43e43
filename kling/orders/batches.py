"""Orders that were placed together: how many stand where, and what a person decides about all of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from kling.orders.records import ENDED, LIVE, UNSENT
from kling.orders.repository import Repository
from kling.store.tables import orders

PAUSABLE = ("held", "waiting", "picture", "ready")
"""What has its turn already is sent."""


class Batch(NamedTuple):
    """How many orders of a batch are in each step, and how many of them a person has paused."""

    steps: Mapping[str, int]
    paused: int

    @property
    def total(self) -> int:
        return sum(self.steps.values())

    @property
    def ended(self) -> int:
        return sum(count for step, count in self.steps.items() if step in ENDED)

    @property
    def unsent(self) -> int:
        return sum(count for step, count in self.steps.items() if step in UNSENT)


class Cancelled(NamedTuple):
    id: str
    account: str
    error: str | None
    picture_key: str | None


class Batches:
    """Those of one service. Every change is one statement, however many orders it concerns."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def get(self, batch: str) -> Batch:
        """Where the orders of a batch stand; read once for everybody."""
        found: Batch = self.repository.read_once(("batch", batch), lambda: self._count(batch))
        return found

    def of_person(self, person: str, since: float) -> list[str]:
        """The batches of a person that have not ended, or of which something ended since then; the oldest first."""

        def ask() -> list[str]:
            recent = sa.or_(orders.c.step.in_((*LIVE, "unknown")), orders.c.ended_at >= since)
            mine = (self.repository.mine(), orders.c.person == person, orders.c.batch != "", recent)
            chosen = sa.select(orders.c.batch).where(*mine).group_by(orders.c.batch)
            with self.repository.store.engine.connect() as connection:
                return list(connection.scalars(chosen.order_by(sa.func.min(orders.c.placed_at))))

        found: list[str] = self.repository.read_once(("batches", person, since), ask)
        return found

    def pause(self, batch: str) -> int:
        """Send no more of it until `resume`; how many wait. What was made ready waits without a worker."""
        is_ready = orders.c.step == "ready"
        changes = {
            "paused_at": self.repository.now(),
            "step": sa.case((is_ready, "waiting"), else_=orders.c.step),
            "worker": sa.case((is_ready, None), else_=orders.c.worker),
            "run": sa.case((is_ready, orders.c.run + 1), else_=orders.c.run),
        }
        chosen = sa.update(orders).where(self._is(batch), orders.c.step.in_(PAUSABLE), orders.c.paused_at.is_(None))
        with self.repository.transaction() as connection:
            return connection.execute(chosen.values(**changes)).rowcount

    def resume(self, batch: str) -> int:
        """Go on with what was paused."""
        chosen = sa.update(orders).where(self._is(batch), orders.c.paused_at.is_not(None))
        with self.repository.transaction() as connection:
            return connection.execute(chosen.values(paused_at=None)).rowcount

    def cancel(self, batch: str) -> list[Cancelled]:
        """Take back whatever was not sent."""
        ended = {"step": "cancelled", "ended_at": self.repository.now(), "paused_at": None}
        chosen = sa.update(orders).where(self._is(batch), orders.c.step.in_(UNSENT)).values(**ended)
        with self.repository.transaction() as connection:
            gone = connection.execute(chosen.returning(*(orders.c[name] for name in Cancelled._fields)))
            return [Cancelled(*row) for row in gone]

    def _count(self, batch: str) -> Batch:
        is_paused = sa.func.count(orders.c.paused_at)
        chosen = sa.select(orders.c.step, sa.func.count(), is_paused).where(self._is(batch)).group_by(orders.c.step)
        steps, paused = Counter[str](), 0
        with self.repository.store.engine.connect() as connection:
            for step, count, held in connection.execute(chosen):
                steps[step] += count
                paused += held if step in UNSENT else 0
        return Batch(steps, paused)

    def _is(self, batch: str) -> sa.ColumnElement[bool]:
        return sa.and_(self.repository.mine(), orders.c.batch == batch)
