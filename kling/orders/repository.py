"""The book of orders: one table, in SQLite or PostgreSQL, that survives the process and that several may share.

Whatever decides over money is one transaction here: who is sent, who holds which task, who may still be cancelled.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.orders import queue as line
from kling.orders.records import ENDED, LIVE, SENT, UNSENT
from kling.store import ReadCache, Store, lock
from kling.store.tables import lines, orders, workers

Row = Mapping[str, Any]
"""An order as it stands in the book."""
KEPT_SECONDS = 30 * 86_400.0
RECENT = 20


class Book:
    """The orders of one service: those of the practice API and those of Kling never meet."""

    def __init__(self, store: Store, service: str) -> None:
        self.store = store
        self.service = service
        self._cache = ReadCache()

    # Placing and reading

    def add(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        """Write new orders down, all or none; returns the ids that were not in the book before."""
        with self._changing() as connection:
            self._alone(connection, "kling placing")
            known = set(
                connection.scalars(
                    sa.select(orders.c.id).where(self._mine(), orders.c.id.in_([row["id"] for row in rows]))
                )
            )
            new = [dict(row) | {"service": self.service} for row in rows if row["id"] not in known]
            if new:
                connection.execute(sa.insert(orders), new)
            return [row["id"] for row in new]

    def get(self, order_id: str) -> Row | None:
        with self.store.engine.connect() as connection:
            row = connection.execute(sa.select(orders).where(self._is(order_id))).mappings().first()
            return _plain(row) if row else None

    def find(self, *wanted: sa.ColumnElement[bool], limit: int = 1000) -> list[Row]:
        """Orders by any condition, oldest first; of too many, the newest."""
        chosen = sa.select(orders).where(self._mine(), *wanted).order_by(orders.c.placed_at.desc(), orders.c.id.desc())
        with self.store.engine.connect() as connection:
            return [_plain(row) for row in reversed(connection.execute(chosen.limit(limit)).mappings().all())]

    def lately(self, name: Hashable, *wanted: sa.ColumnElement[bool]) -> list[Row]:
        """As `find`, which `name` stands for, but asked once for everybody: a hundred viewers draw many times a second.

        What this process changed shows at once, what another one did within a second.
        """
        found: list[Row] = self._cache.get(name, lambda: self.find(*wanted))
        return found

    def people(self) -> frozenset[str]:
        """Everybody who has an order in the book; read like `lately`."""
        chosen = sa.select(orders.c.person).where(self._mine()).distinct()

        def ask() -> frozenset[str]:
            with self.store.engine.connect() as connection:
                return frozenset(connection.scalars(chosen))

        found: frozenset[str] = self._cache.get("people", ask)
        return found

    def update(self, order_id: str, only_in: Iterable[str] = (), **changes: Any) -> bool:
        """Change an order, only while it is in one of the steps named; tells whether it was."""
        chosen = sa.update(orders).where(self._is(order_id))
        if only_in:
            chosen = chosen.where(orders.c.step.in_(tuple(only_in)))
        with self._changing() as connection:
            return bool(connection.execute(chosen.values(**changes)).rowcount)

    def hold_task(self, order_id: str, task_id: int, **changes: Any) -> bool:
        """Make a task this order's; False when another order holds it already."""
        try:
            return self.update(order_id, SENT, task_id=task_id, step="accepted", **changes)
        except sa.exc.IntegrityError:
            return False

    def held_tasks(self, but_for: str) -> set[int]:
        """Ids of the tasks that other orders hold."""
        with self.store.engine.connect() as connection:
            chosen = sa.select(orders.c.task_id).where(
                self._mine(), orders.c.task_id.is_not(None), orders.c.id != but_for
            )
            return {task_id for task_id in connection.scalars(chosen) if task_id is not None}

    def not_ended(self, order_ids: Sequence[str]) -> set[str]:
        """Those of them that have not ended."""
        chosen = sa.select(orders.c.id).where(self._mine(), orders.c.id.in_(order_ids), orders.c.step.not_in(ENDED))
        with self.store.engine.connect() as connection:
            return set(connection.scalars(chosen))

    def forget(self, before: float) -> list[str]:
        """Drop what ended before then; returns the ids."""
        gone = sa.delete(orders).where(
            self._mine(), orders.c.step.in_(ENDED), orders.c.step != "unknown", orders.c.ended_at < before
        )
        with self._changing() as connection:
            return list(connection.scalars(gone.returning(orders.c.id)))

    # The line

    def accounts_in_line(self) -> list[str]:
        with self.store.engine.connect() as connection:
            chosen = sa.select(orders.c.account).where(self._mine(), orders.c.step.in_(UNSENT)).distinct()
            return list(connection.scalars(chosen))

    def give_turns(
        self,
        account: str,
        places: Callable[[frozenset[int], frozenset[str]], line.Places],
        me: str,
        home: str,
        now: float,
        alive_since: float,
    ) -> tuple[list[tuple[str, int]], list[str]]:
        """Who begins now, with the number of their run, and who is sent now: one transaction for all processes.

        `places` is told the tasks and ids of our live orders, to tell them from those of others.
        """
        with self._changing() as connection:
            self._alone(connection, f"kling line {account}")
            rows = self._live(connection, account)
            held = connection.execute(
                sa.select(lines.c.held_until).where(lines.c.service == self.service, lines.c.account == account)
            ).scalar()
            if held is not None and held > now:
                return [], []
            tickets = [ticket_of(row) for row in rows]
            known = places(frozenset(self._recent_tasks(connection, account)), frozenset(row["id"] for row in rows))
            sent = line.may_be_sent(tickets, self._turns(connection, account, orders.c.sent_at), known, me, now)
            if held is not None:
                # Nobody knows yet whether the account works again: one goes first.
                sent = [] if any(ticket.step == "request" for ticket in tickets) else sent[:1]
            last = self._turns(connection, account, orders.c.began_at)
            begun = line.may_begin(tickets, last, known, me, home, self._count_workers(connection, alive_since))
            self._change(connection, sent, step="request", sent_at=now, not_before=None)
            self._change(connection, begun, step="picture", began_at=now, worker=me)
            runs = {row["id"]: row["run"] for row in rows}
            return [(order_id, runs[order_id]) for order_id in begun], sent

    def tickets(self, account: str) -> tuple[list[line.Ticket], dict[str, float]]:
        """The line of an account, and when each person last had a turn."""
        with self.store.engine.connect() as connection:
            rows = self._live(connection, account)
            return [ticket_of(row) for row in rows], self._turns(connection, account, orders.c.began_at)

    def hold_line(self, account: str, until: float, error: str) -> None:
        """Nothing is sent for the account until then; `error` is why, for everybody."""
        with self.store.engine.begin() as connection:
            self._alone(connection, f"kling line {account}")
            connection.execute(sa.delete(lines).where(lines.c.service == self.service, lines.c.account == account))
            connection.execute(
                sa.insert(lines).values(service=self.service, account=account, held_until=until, error=error)
            )

    def open_line(self, account: str) -> None:
        """The account works."""
        if account not in self.held_lines():
            return
        with self.store.engine.begin() as connection:
            connection.execute(sa.delete(lines).where(lines.c.service == self.service, lines.c.account == account))

    def held_lines(self) -> dict[str, tuple[float, str]]:
        """The accounts that are held: until when, and why."""
        with self.store.engine.connect() as connection:
            chosen = sa.select(lines).where(lines.c.service == self.service)
            return {row["account"]: (row["held_until"], row["error"]) for row in connection.execute(chosen).mappings()}

    # Workers

    def is_here(self, me: str, now: float) -> None:
        """This worker is alive."""
        with self.store.engine.begin() as connection:
            mine = (workers.c.service == self.service, workers.c.id == me)
            if not connection.execute(sa.update(workers).where(*mine).values(seen_at=now)).rowcount:
                connection.execute(sa.insert(workers).values(service=self.service, id=me, seen_at=now))

    def leave(self, me: str) -> None:
        with self.store.engine.begin() as connection:
            connection.execute(sa.delete(workers).where(workers.c.service == self.service, workers.c.id == me))

    def workers(self) -> dict[str, float]:
        """When each worker was last here."""
        with self.store.engine.connect() as connection:
            chosen = sa.select(workers.c.id, workers.c.seen_at).where(workers.c.service == self.service)
            return {row.id: row.seen_at for row in connection.execute(chosen)}

    def busy_workers(self) -> set[str]:
        """Those who have an order in hand, alive or not."""
        with self.store.engine.connect() as connection:
            chosen = sa.select(orders.c.worker).where(self._mine(), orders.c.step.in_(LIVE)).distinct()
            return {worker for worker in connection.scalars(chosen) if worker}

    def in_hand(self, worker: str) -> list[Row]:
        """The orders a worker has in hand."""
        return self.find(orders.c.worker == worker, orders.c.step.in_(LIVE))

    def hand_over(self, order_id: str, worker: str, to: str | None) -> bool:
        """From one worker to another, or to whoever carries it on; False when it was in other hands already."""
        theirs = sa.update(orders).where(self._is(order_id), orders.c.worker == worker)
        with self._changing() as connection:
            return bool(connection.execute(theirs.values(worker=to)).rowcount)

    # Costs

    def others_between(self, account: str, start: float, end: float, but_for: str) -> tuple[int, bool]:
        """How many other orders of the account Kling took between the two times, and whether nothing else at all
        can have moved the balance."""
        theirs = (self._mine(), orders.c.account == account, orders.c.id != but_for)
        taken = orders.c.accepted_at.between(start, end)
        ended = orders.c.ended_at.between(start, end)
        sending = sa.and_(orders.c.sent_at < end, orders.c.step.in_(("request", "looking")))
        with self.store.engine.connect() as connection:
            count = connection.execute(sa.select(sa.func.count()).where(*theirs, taken)).scalar() or 0
            moved = connection.execute(
                sa.select(sa.func.count()).where(*theirs, sa.or_(taken, ended, sending))
            ).scalar()
        return count, not moved

    def recent(self, account: str) -> list[Row]:
        """The orders of an account that succeeded lately, newest first."""
        chosen = (
            sa.select(orders)
            .where(self._mine(), orders.c.account == account, orders.c.step == "done")
            .order_by(orders.c.ended_at.desc())
        )
        with self.store.engine.connect() as connection:
            return [_plain(row) for row in connection.execute(chosen.limit(RECENT)).mappings()]

    # Parts

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        """A transaction after which pages read anew."""
        with self.store.engine.begin() as connection:
            yield connection
        self._cache.clear()

    def _mine(self) -> sa.ColumnElement[bool]:
        return orders.c.service == self.service

    def _is(self, order_id: str) -> sa.ColumnElement[bool]:
        return sa.and_(self._mine(), orders.c.id == order_id)

    def _alone(self, connection: Connection, what: str) -> None:
        """Keep other processes out of the same decision on our orders until the end of the transaction."""
        lock(connection, f"{self.service} {what}")

    def _live(self, connection: Connection, account: str) -> list[Row]:
        columns = [orders.c[name] for name in ("run", "task_id", *line.Ticket.__dataclass_fields__)]
        chosen = sa.select(*columns).where(self._mine(), orders.c.account == account, orders.c.step.in_(LIVE))
        return [_plain(row) for row in connection.execute(chosen).mappings()]

    def _count_workers(self, connection: Connection, alive_since: float) -> int:
        chosen = sa.select(sa.func.count()).where(workers.c.service == self.service, workers.c.seen_at > alive_since)
        return connection.execute(chosen).scalar() or 1

    def _recent_tasks(self, connection: Connection, account: str) -> list[int]:
        """A list of places may be a little older than the book: what ended meanwhile is ours all the same."""
        chosen = (
            sa.select(orders.c.task_id)
            .where(self._mine(), orders.c.account == account, orders.c.task_id.is_not(None))
            .order_by(orders.c.accepted_at.desc())
        )
        return [task_id for task_id in connection.scalars(chosen.limit(200)) if task_id is not None]

    def _turns(self, connection: Connection, account: str, column: sa.Column[Any]) -> dict[str, float]:
        chosen = (
            sa.select(orders.c.person, sa.func.max(column))
            .where(self._mine(), orders.c.account == account, column.is_not(None))
            .group_by(orders.c.person)
        )
        return {row[0]: row[1] for row in connection.execute(chosen)}

    def _change(self, connection: Connection, ids: Sequence[str], **changes: Any) -> None:
        if ids:
            connection.execute(sa.update(orders).where(self._mine(), orders.c.id.in_(ids)).values(**changes))


def ticket_of(row: Row) -> line.Ticket:
    return line.Ticket(**{name: row[name] for name in line.Ticket.__dataclass_fields__})


def _plain(row: Any) -> Row:
    return {str(name): value for name, value in row.items()}


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
