"""The rows of orders: read, found and changed, each change one transaction for all processes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.store import ReadCache, Store, lock
from kling.store.tables import orders

Row = Mapping[str, Any]
"""An order as it stands in the database."""
# Made once: to make it costs as much as to read by it.
ONE = sa.select(orders).where(orders.c.service == sa.bindparam("service"), orders.c.id == sa.bindparam("id"))


class Claim(NamedTuple):
    """An order in a worker's hands. `run` grows whenever it changes hands or a person decides: a fencing token."""

    order_id: str
    worker: str
    run: int


class Rows:
    """The orders of one service: those of the practice API and those of Kling never meet."""

    def __init__(self, store: Store, service: str, clock: Callable[[], float] = time.time) -> None:
        self.store = store
        self.service = service
        self._clock = clock
        self._cache = ReadCache(store.version)

    def now(self, connection: Connection | None = None) -> float:
        """Seconds since the epoch by the clock that all processes share: the server's, or this machine's for SQLite."""
        if self.store.engine.dialect.name == "sqlite":
            return self._clock()
        asked = sa.text("SELECT extract(epoch FROM clock_timestamp())::float8")
        if connection is not None:
            return float(connection.execute(asked).scalar_one())
        with self.store.engine.connect() as own:
            return float(own.execute(asked).scalar_one())

    def get(self, order_id: str) -> Row | None:
        with self.store.engine.connect() as connection:
            row = connection.execute(ONE, {"service": self.service, "id": order_id}).mappings().first()
            return plain(row) if row else None

    def find(self, *wanted: sa.ColumnElement[bool], limit: int | None = 1000, offset: int = 0) -> list[Row]:
        """Orders by any condition, oldest first; of too many, the newest but for `offset`."""
        chosen = sa.select(orders).where(self.mine(), *wanted).order_by(orders.c.placed_at.desc(), orders.c.id.desc())
        with self.store.engine.connect() as connection:
            return [
                plain(row) for row in reversed(connection.execute(chosen.limit(limit).offset(offset)).mappings().all())
            ]

    def cached(self, name: Hashable, *wanted: sa.ColumnElement[bool], **page: int | None) -> list[Row]:
        """As `find`, which `name` stands for, but asked once for everybody: a hundred viewers draw many times a second.

        What this process changed shows at once, what another one did within a second.
        """
        found: list[Row] = self.read_once(name, lambda: self.find(*wanted, **page))  # type: ignore[arg-type]
        return found

    def read_once(self, name: Hashable, ask: Callable[[], Any]) -> Any:
        """What `ask` reads, which `name` stands for, read like `cached`."""
        return self._cache.get(name, ask)

    def update(
        self, order_id: str, only_in: Iterable[str] = (), claim: Claim | None = None, *, is_durable: bool = True,
        **changes: Any,
    ) -> bool:  # fmt: skip
        """Change an order, only while it is in one of the steps named, and in those hands; tells whether it was."""
        chosen = sa.update(orders).where(self.is_order(order_id))
        if only_in:
            chosen = chosen.where(orders.c.step.in_(tuple(only_in)))
        if claim is not None:
            chosen = chosen.where(self._is_claimed(claim))
        with self.transaction(is_durable=is_durable) as connection:
            return bool(connection.execute(chosen.values(**changes)).rowcount)

    def _is_claimed(self, claim: Claim) -> sa.ColumnElement[bool]:
        return sa.and_(self.is_order(claim.order_id), orders.c.worker == claim.worker, orders.c.run == claim.run)

    @contextmanager
    def transaction(self, *, is_durable: bool = True) -> Iterator[Connection]:
        """A transaction after which pages read anew; what may be done again need not wait for the disk."""
        with (self.store.engine if is_durable else self.store.engine_without_sync).begin() as connection:
            yield connection
        self._cache.clear()

    @contextmanager
    def alone(self, what: str) -> Iterator[Connection]:
        """The same, the only one of all processes for this matter."""
        with self.transaction() as connection:
            self.lock(connection, what)
            yield connection

    def mine(self) -> sa.ColumnElement[bool]:
        return orders.c.service == self.service

    def is_order(self, order_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(self.mine(), orders.c.id == order_id)

    def lock(self, connection: Connection, what: str) -> None:
        """Keep other processes out of the same decision until the end of the transaction. SQLite does it with any."""
        lock(connection, f"{self.service} {what}")


def plain(row: Any) -> Row:
    return {str(name): value for name, value in row.items()}


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
