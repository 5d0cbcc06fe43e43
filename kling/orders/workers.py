"""The processes that carry orders out: which are alive, and what each has in hand."""

from __future__ import annotations

import sqlalchemy as sa

from kling.orders.records import LIVE
from kling.orders.repository import Repository, Row
from kling.store.tables import orders, workers


class Workers:
    """The workers of one service."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.engine = repository.store.engine
        self.service = repository.service

    def heartbeat(self, me: str, now: float) -> None:
        """This worker is alive."""
        with self.engine.begin() as connection:
            mine = (workers.c.service == self.service, workers.c.id == me)
            if not connection.execute(sa.update(workers).where(*mine).values(seen_at=now)).rowcount:
                connection.execute(sa.insert(workers).values(service=self.service, id=me, seen_at=now))

    def leave(self, me: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.delete(workers).where(workers.c.service == self.service, workers.c.id == me))

    def seen(self) -> dict[str, float]:
        """When each worker was last here."""
        with self.engine.connect() as connection:
            chosen = sa.select(workers.c.id, workers.c.seen_at).where(workers.c.service == self.service)
            return {row.id: row.seen_at for row in connection.execute(chosen)}

    def busy(self) -> set[str]:
        """Those who have an order in hand, alive or not."""
        with self.engine.connect() as connection:
            chosen = sa.select(orders.c.worker).where(self.repository.mine(), orders.c.step.in_(LIVE)).distinct()
            return {worker for worker in connection.scalars(chosen) if worker}

    def orders_of(self, worker: str) -> list[Row]:
        """The orders a worker has in hand."""
        return self.repository.find(orders.c.worker == worker, orders.c.step.in_(LIVE))

    def hand_over(self, order_id: str, worker: str, to: str | None) -> bool:
        """From one worker to another, or to whoever carries it on; False when it was in other hands already."""
        theirs = sa.update(orders).where(self.repository.is_order(order_id), orders.c.worker == worker)
        with self.repository.transaction() as connection:
            return bool(connection.execute(theirs.values(worker=to)).rowcount)
