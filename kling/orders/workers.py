"""The processes that carry orders out: which are alive, and what each has in hand."""

from __future__ import annotations

import sqlalchemy as sa

from kling.orders.records import BEGUN
from kling.orders.repository import Repository
from kling.orders.rows import Row, plain
from kling.store.tables import orders, workers

WITH_FILES = ("picture", "video", "cover")
# Made once, as they are asked every few seconds: to make them costs as much as what they ask.
_of_service: sa.BindParameter[str] = sa.bindparam("of_service")
_this: sa.BindParameter[str] = sa.bindparam("this")
_HEARTBEAT = (
    sa.update(workers)
    .where(workers.c.service == _of_service, workers.c.id == _this)
    .values(seen_at=sa.bindparam("now"))
)
_SEEN = sa.select(workers.c.id, workers.c.seen_at).where(workers.c.service == _of_service)
_OWNED = (
    sa.select(*(orders.c[name] for name in ("id", "step", "run", "worker", "home")))
    .where(orders.c.service == _of_service, orders.c.step.in_(BEGUN))
    .order_by(orders.c.placed_at, orders.c.id)
)


class Workers:
    """The workers of one service. Ages are by the database's clock: those of two machines differ."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.engine = repository.store.engine
        self.service = repository.service

    def heartbeat(self, worker: str) -> None:
        """This worker is alive."""
        with self.repository.store.unnoticed() as connection:
            now = self.repository.now(connection)
            asked = {"of_service": self.service, "this": worker, "now": now}
            if not connection.execute(_HEARTBEAT, asked).rowcount:
                connection.execute(sa.insert(workers).values(service=self.service, id=worker, seen_at=now))

    def leave(self, worker: str) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.delete(workers).where(workers.c.service == self.service, workers.c.id == worker))

    def ages(self) -> dict[str, float]:
        """How many seconds ago each worker was last there."""
        with self.engine.connect() as connection:
            now = self.repository.now(connection)
            return {row.id: now - row.seen_at for row in connection.execute(_SEEN, {"of_service": self.service})}

    def busy(self) -> set[str]:
        """Those who have an order in hand, alive or not."""
        return {row["worker"] for row in self.owned() if row["worker"]}

    def owned(self) -> list[Row]:
        """Every order that has begun and not ended, as far as it tells who carries it on: somebody must."""
        with self.engine.connect() as connection:
            return [plain(row) for row in connection.execute(_OWNED, {"of_service": self.service}).mappings()]

    def take(self, row: Row, me: str, home: str) -> int | None:
        """Take an order as it was seen from whoever had it; the number of its new run.

        None when somebody else was quicker, or when only a process with its files can go on: then it waits for one.
        """
        is_elsewhere = row["step"] in WITH_FILES and row["home"] not in (None, home)
        changes = {"step": "waiting", "worker": None} if is_elsewhere else {"worker": me}
        if row["step"] == "granted":
            changes |= {"step": "ready"}
        seen = sa.and_(orders.c.worker.is_not_distinct_from(row["worker"]), orders.c.run == row["run"])
        chosen = sa.update(orders).where(self.repository.is_order(row["id"]), seen, orders.c.step == row["step"])
        with self.repository.transaction() as connection:
            is_taken = connection.execute(chosen.values(run=row["run"] + 1, **changes)).rowcount
        return row["run"] + 1 if is_taken and not is_elsewhere else None
