"""The orders: one table, in SQLite or PostgreSQL, that survives the process and that several may share.

Whatever decides over money is one transaction here: who is sent, who holds which task, who may still be cancelled.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kling.errors import NotConfigured
from kling.orders.records import ENDED, SENT

Row = Mapping[str, Any]
"""An order as it stands in the database."""
UNUSABLE = "The database for orders cannot be opened. Correct KLING_DATABASE_URL, or see whether it runs."
KEPT_SECONDS = 30 * 86_400.0
RECENT = 20
CACHE_SECONDS = 1.0
"""How old, in seconds, what pages are shown may be where another process changed it."""
_tables = sa.MetaData()
_text, _time = sa.Text, sa.Double
orders = sa.Table(
    "kling_orders",
    _tables,
    sa.Column("service", _text, primary_key=True),
    sa.Column("id", _text, primary_key=True),
    sa.Column("person", _text, nullable=False, default=""),
    sa.Column("batch", _text, nullable=False, default=""),
    sa.Column("title", _text, nullable=False, default=""),
    sa.Column("kind", _text, nullable=False),
    sa.Column("account", _text, nullable=False, default=""),
    sa.Column("body", _text, nullable=False),
    sa.Column("files", _text, nullable=False, default="{}"),
    sa.Column("addresses", _text, nullable=False, default="{}"),
    sa.Column("home", _text),
    sa.Column("worker", _text),
    sa.Column("step", _text, nullable=False, default="waiting"),
    sa.Column("run", sa.Integer, nullable=False, default=0),
    sa.Column("tries", sa.Integer, nullable=False, default=0),
    sa.Column("likeness", _text, nullable=False, default=""),
    sa.Column("max_jobs", sa.Integer),
    sa.Column("placed_at", _time, nullable=False),
    sa.Column("began_at", _time),
    sa.Column("not_before", _time),
    sa.Column("sent_at", _time),
    sa.Column("unsure_at", _time),
    sa.Column("was_silent", sa.Boolean, nullable=False, default=False),
    sa.Column("accepted_at", _time),
    sa.Column("ended_at", _time),
    sa.Column("since", sa.BigInteger),
    sa.Column("task_id", sa.BigInteger),
    sa.Column("task", _text),
    sa.Column("error", _text),
    sa.Column("seen", _text),
    sa.Column("balance_at", _time),
    sa.Column("balance", _time),
    sa.Column("cost", _time),
    sa.Column("cost_is_exact", sa.Boolean, nullable=False, default=False),
    sa.UniqueConstraint("service", "task_id", name="kling_orders_one_holder"),
    sa.Index("kling_orders_by_step", "service", "step"),
    sa.Index("kling_orders_by_person", "service", "person"),
)
lines = sa.Table(
    "kling_lines",
    _tables,
    sa.Column("service", _text, primary_key=True),
    sa.Column("account", _text, primary_key=True),
    sa.Column("held_until", _time),
    sa.Column("error", _text),
)
workers = sa.Table(
    "kling_workers",
    _tables,
    sa.Column("service", _text, primary_key=True),
    sa.Column("id", _text, primary_key=True),
    sa.Column("seen_at", _time, nullable=False),
)


def open_engine(url: str) -> Engine:
    """The database of a setting: SQLite beside the data, or PostgreSQL. `NotConfigured` for what is neither."""
    try:
        return _engine(sa.make_url(url))
    except (sa.exc.SQLAlchemyError, ImportError, OSError):
        # The reason would tell the address, and with it the password.
        raise NotConfigured(UNUSABLE) from None


def _engine(address: sa.URL) -> Engine:
    if address.get_backend_name() == "postgresql":
        return sa.create_engine(address.set(drivername="postgresql+psycopg"), pool_size=20, pool_pre_ping=True)
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, pool_size=20, max_overflow=40)

    @sa.event.listens_for(engine, "connect")
    def upload_files(connection: Any, _: Any) -> None:
        # As DBOS sets up its own; a write ahead lets pages read while an order is written.
        connection.isolation_level = "IMMEDIATE"
        for pragma in ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


class Cache(NamedTuple):
    """What was read since a moment (of the monotonic clock), with no change of ours in between."""

    changes: int
    since: float
    found: dict[Hashable, Any]


class Repository:
    """The orders of one service: those of the practice API and those of Kling never meet."""

    def __init__(self, engine: Engine, service: str) -> None:
        self.engine = engine
        self.service = service
        self._changes = 0
        self._cached = Cache(0, 0.0, {})

    def create(self) -> None:
        """Make the tables where there are none; several processes may do so at once."""
        with self.engine.begin() as connection:
            self.lock(connection, "kling tables")
            _tables.create_all(connection)
            for index in orders.indexes:
                index.create(connection, checkfirst=True)

    # Placing and reading

    def add(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Write new orders down, all or none; returns the ids that are new."""
        with self.transaction() as connection:
            self.lock(connection, "kling placing")
            known = set(
                connection.scalars(
                    sa.select(orders.c.id).where(self.mine(), orders.c.id.in_([row["id"] for row in rows]))
                )
            )
            new = [dict(row) | {"service": self.service} for row in rows if row["id"] not in known]
            if new:
                connection.execute(sa.insert(orders), new)
            return [row["id"] for row in new]

    def get(self, order_id: str) -> Row | None:
        with self.engine.connect() as connection:
            row = connection.execute(sa.select(orders).where(self.is_order(order_id))).mappings().first()
            return plain(row) if row else None

    def find(self, *wanted: sa.ColumnElement[bool], limit: int = 1000) -> list[Row]:
        """Orders by any condition, oldest first; of too many, the newest."""
        chosen = sa.select(orders).where(self.mine(), *wanted).order_by(orders.c.placed_at.desc(), orders.c.id.desc())
        with self.engine.connect() as connection:
            return [plain(row) for row in reversed(connection.execute(chosen.limit(limit)).mappings().all())]

    def cached(self, name: Hashable, *wanted: sa.ColumnElement[bool]) -> list[Row]:
        """As `find`, which `name` stands for, but asked once for everybody: a hundred viewers draw many times a second.

        What this process changed shows at once, what another one did within `CACHE_SECONDS`.
        """
        found: list[Row] = self._from_cache(name, lambda: self.find(*wanted))
        return found

    def people(self) -> frozenset[str]:
        """Everybody who has an order ; read like `cached`."""
        chosen = sa.select(orders.c.person).where(self.mine()).distinct()

        def ask() -> frozenset[str]:
            with self.engine.connect() as connection:
                return frozenset(connection.scalars(chosen))

        found: frozenset[str] = self._from_cache("people", ask)
        return found

    def update(self, order_id: str, only_in: Iterable[str] = (), **changes: Any) -> bool:
        """Change an order, only while it is in one of the steps named; tells whether it was."""
        chosen = sa.update(orders).where(self.is_order(order_id))
        if only_in:
            chosen = chosen.where(orders.c.step.in_(tuple(only_in)))
        with self.transaction() as connection:
            return bool(connection.execute(chosen.values(**changes)).rowcount)

    def hold_task(self, order_id: str, task_id: int, **changes: Any) -> bool:
        """Make a task this order's; False when another order holds it already."""
        try:
            return self.update(order_id, SENT, task_id=task_id, step="accepted", **changes)
        except sa.exc.IntegrityError:
            return False

    def held_tasks(self, but_for: str) -> set[int]:
        """Ids of the tasks that other orders hold."""
        with self.engine.connect() as connection:
            chosen = sa.select(orders.c.task_id).where(
                self.mine(), orders.c.task_id.is_not(None), orders.c.id != but_for
            )
            return {task_id for task_id in connection.scalars(chosen) if task_id is not None}

    def forget(self, before: float) -> list[str]:
        """Drop what ended before then; returns the ids."""
        gone = sa.delete(orders).where(
            self.mine(), orders.c.step.in_(ENDED), orders.c.step != "unknown", orders.c.ended_at < before
        )
        with self.transaction() as connection:
            return list(connection.scalars(gone.returning(orders.c.id)))

    # Costs

    def others_between(self, account: str, start: float, end: float, but_for: str) -> tuple[int, bool]:
        """How many other orders of the account Kling took between the two times, and whether nothing else at all
        can have moved the balance."""
        theirs = (self.mine(), orders.c.account == account, orders.c.id != but_for)
        taken = orders.c.accepted_at.between(start, end)
        ended = orders.c.ended_at.between(start, end)
        sending = sa.and_(orders.c.sent_at < end, orders.c.step.in_(("request", "looking")))
        with self.engine.connect() as connection:
            count = connection.execute(sa.select(sa.func.count()).where(*theirs, taken)).scalar() or 0
            moved = connection.execute(
                sa.select(sa.func.count()).where(*theirs, sa.or_(taken, ended, sending))
            ).scalar()
        return count, not moved

    def recent(self, account: str) -> list[Row]:
        """The orders of an account that succeeded lately, newest first."""
        chosen = (
            sa.select(orders)
            .where(self.mine(), orders.c.account == account, orders.c.step == "done")
            .order_by(orders.c.ended_at.desc())
        )
        with self.engine.connect() as connection:
            return [plain(row) for row in connection.execute(chosen.limit(RECENT)).mappings()]

    # Parts

    def _from_cache(self, name: Hashable, ask: Callable[[], Any]) -> Any:
        known, now = self._cached, time.monotonic()
        if known.changes != self._changes or now - known.since > CACHE_SECONDS:
            known = self._cached = Cache(self._changes, now, {})
        if name not in known.found:
            known.found[name] = ask()
        return known.found[name]

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction after which pages read anew."""
        with self.engine.begin() as connection:
            yield connection
        self._changes += 1

    def mine(self) -> sa.ColumnElement[bool]:
        return orders.c.service == self.service

    def is_order(self, order_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(self.mine(), orders.c.id == order_id)

    def lock(self, connection: Connection, what: str) -> None:
        """Keep other processes out of the same decision until the end of the transaction. SQLite does it with any."""
        if connection.dialect.name == "postgresql":
            connection.execute(
                sa.text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": f"{self.service} {what}"}
            )
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def plain(row: Any) -> Row:
    return {str(name): value for name, value in row.items()}


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
