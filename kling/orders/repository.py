"""The orders: one table, in SQLite or PostgreSQL, that survives the process and that several may share.

Whatever decides over money is one transaction here: who is sent, who holds which task, who may still be cancelled.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.orders.budgets import Budgets
from kling.orders.estimates import Finished, finished_from_row
from kling.orders.records import ENDED, SENT, UNSENT
from kling.orders.standings import Standings, pass_or_hold, read_standings
from kling.orders.watermark import Watermark
from kling.store import ReadCache, Store, lock
from kling.store.tables import orders

Row = Mapping[str, Any]
"""An order as it stands in the database."""
KEPT_SECONDS = 400 * 86_400.0
"""A year and a month: what was spent in one can be held against the same month of the year before."""
KEPT_FOR_GOOD = ("motion", "clip")
"""Kinds whose result stays at Kling: whose it is must be known for as long."""
TITLES_SECONDS = 8 * 86_400.0
"""Longer than Kling keeps a task."""
VERSIONS = itertools.count(1)
"""Of titles, for all repositories of the process."""
RECENT = 60


class Claim(NamedTuple):
    """An order in a worker's hands. `run` grows whenever it changes hands or a person decides: a fencing token."""

    order_id: str
    worker: str
    run: int


class Titles(NamedTuple):
    """What lately sent tasks were called by whoever ordered them, by the task's id; the version tells two apart."""

    version: int
    of: Mapping[int, str]


class Repository:
    """The orders of one service: those of the practice API and those of Kling never meet."""

    def __init__(
        self, store: Store, service: str, clock: Callable[[], float] = time.time, budgets: Budgets | None = None
    ) -> None:
        self.store = store
        self.service = service
        self.budgets = budgets or Budgets()
        self._clock = clock
        self._cache = ReadCache()
        self._watermark = Watermark(store)
        self._titles = Titles(next(VERSIONS), {})

    # Time

    def now(self, connection: Connection | None = None) -> float:
        """Seconds since the epoch by the clock that all processes share: the server's, or this machine's for SQLite."""
        if self.store.engine.dialect.name == "sqlite":
            return self._clock()
        asked = sa.text("SELECT extract(epoch FROM clock_timestamp())::float8")
        if connection is not None:
            return float(connection.execute(asked).scalar_one())
        with self.store.engine.connect() as own:
            return float(own.execute(asked).scalar_one())

    # Placing and reading

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

    def get(self, order_id: str) -> Row | None:
        with self.store.engine.connect() as connection:
            row = connection.execute(sa.select(orders).where(self.is_order(order_id))).mappings().first()
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

    def people(self) -> frozenset[str]:
        """Everybody who has an order; read like `cached`."""
        chosen = sa.select(orders.c.person).where(self.mine()).distinct()

        def ask() -> frozenset[str]:
            with self.store.engine.connect() as connection:
                return frozenset(connection.scalars(chosen))

        found: frozenset[str] = self.read_once("people", ask)
        return found

    def update(self, order_id: str, only_in: Iterable[str] = (), claim: Claim | None = None, **changes: Any) -> bool:
        """Change an order, only while it is in one of the steps named, and in those hands; tells whether it was."""
        chosen = sa.update(orders).where(self.is_order(order_id))
        if only_in:
            chosen = chosen.where(orders.c.step.in_(tuple(only_in)))
        if claim is not None:
            chosen = chosen.where(self._is_claimed(claim))
        with self.transaction() as connection:
            return bool(connection.execute(chosen.values(**changes)).rowcount)

    def _is_claimed(self, claim: Claim) -> sa.ColumnElement[bool]:
        return sa.and_(self.is_order(claim.order_id), orders.c.worker == claim.worker, orders.c.run == claim.run)

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

    # The paid request

    def begin_sending(self, claim: Claim, turn: int, **changes: Any) -> bool:
        """The last word before the bytes leave: compare and set. False when that grant is no longer its worker's.

        The same again changes nothing, so that it can be asked once more where the answer was lost.
        """
        attempts = sa.case((orders.c.step == "granted", orders.c.attempts + 1), else_=orders.c.attempts)
        chosen = sa.update(orders).where(
            self._is_claimed(claim), orders.c.turn == turn, orders.c.step.in_(("granted", "request"))
        )
        with self.transaction() as connection:
            sent = {"step": "request", "sent_at": self.now(connection), "attempts": attempts, **changes}
            return bool(connection.execute(chosen.values(**sent)).rowcount)

    def hold_task(self, claim: Claim, task_id: int, **changes: Any) -> bool | None:
        """Make a task this order's; None when another order holds it already, False when the claim is lost."""
        try:
            return self.update(claim.order_id, SENT, claim, task_id=task_id, step="accepted", **changes)
        except sa.exc.IntegrityError:
            return None

    def adopt_task(self, order_id: str, task_id: int, **changes: Any) -> bool:
        """As `hold_task` for whoever knows for certain that this task is the order's; somebody will carry it on."""
        chosen = sa.update(orders).where(
            self.is_order(order_id), orders.c.task_id.is_(None), orders.c.step.in_(("request", "looking", "unknown"))
        )
        adopted = {"task_id": task_id, "step": "accepted", "worker": None, "run": orders.c.run + 1, "ended_at": None}
        try:
            with self.transaction() as connection:
                return bool(connection.execute(chosen.values(**adopted, **changes)).rowcount)
        except sa.exc.IntegrityError:
            return False

    def held_tasks(self, but_for: str) -> set[int]:
        """Ids of the tasks that other orders hold."""
        with self.store.engine.connect() as connection:
            chosen = sa.select(orders.c.task_id).where(
                self.mine(), orders.c.task_id.is_not(None), orders.c.id != but_for
            )
            return {task_id for task_id in connection.scalars(chosen) if task_id is not None}

    def titles(self) -> Titles:
        """The titles of what Kling took lately; read like `cached`, and the same while none changed."""
        found: Titles = self._cache.get("titles", self._read_titles)
        return found

    def _read_titles(self) -> Titles:
        since = self.now() - TITLES_SECONDS
        chosen = sa.select(orders.c.task_id, orders.c.title).where(
            self.mine(), orders.c.task_id.is_not(None), orders.c.placed_at > since
        )
        with self.store.engine.connect() as connection:
            found = {row.task_id: row.title for row in connection.execute(chosen)}
        if found != self._titles.of:
            self._titles = Titles(next(VERSIONS), found)
        return self._titles

    # Pictures that orders share

    def shared_address(self, key: str, since: float) -> dict[str, Any] | None:
        """Where Kling has the picture since then, by the orders that share it."""
        chosen = sa.select(orders.c.addresses).where(self.mine(), orders.c.picture_key == key).distinct()
        with self.store.engine.connect() as connection:
            found = [json.loads(text) for text in connection.scalars(chosen)]
        newest: dict[str, Any] = max(found, key=lambda each: each.get("picture_at", 0.0), default={})
        return newest if newest.get("picture_at", 0.0) > since else None

    def unneeded_picture(self, order_id: str) -> str | None:
        """The key of an order's picture; None when another order that shares it has still to send it."""
        mine, other = orders.alias(), orders.alias()
        needs = sa.and_(
            other.c.service == mine.c.service,
            other.c.picture_key == mine.c.picture_key,
            other.c.id != mine.c.id,
            other.c.step.in_(UNSENT),
            other.c.addresses == "{}",
        )
        of_order = sa.and_(mine.c.service == self.service, mine.c.id == order_id)
        chosen = sa.select(mine.c.picture_key).where(of_order, ~sa.exists().where(needs))
        with self.store.engine.connect() as connection:
            key: str | None = connection.execute(chosen).scalar()
            return key

    def refuse_sharers(self, key: str, error: str, now: float) -> None:
        """End all that wait for a picture that cannot be sent."""
        waits = (self.mine(), orders.c.picture_key == key, orders.c.addresses == "{}")
        chosen = sa.update(orders).where(*waits, orders.c.step.in_(("waiting", "picture")))
        with self.transaction() as connection:
            connection.execute(chosen.values(step="refused", error=error, ended_at=now, not_before=None))

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
        theirs = (self.mine(), orders.c.account == account, orders.c.id != but_for)
        taken = orders.c.accepted_at.between(start, end)
        ended = orders.c.ended_at.between(start, end)
        sending = sa.and_(orders.c.sent_at < end, orders.c.step.in_(("request", "looking")))
        with self.store.engine.connect() as connection:
            count = connection.execute(sa.select(sa.func.count()).where(*theirs, taken)).scalar() or 0
            moved = connection.execute(
                sa.select(sa.func.count()).where(*theirs, sa.or_(taken, ended, sending))
            ).scalar()
        return count, not moved

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

    # Parts

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction after which pages read anew."""
        with self.store.engine.begin() as connection:
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
