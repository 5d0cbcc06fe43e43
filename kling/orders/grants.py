"""Whose turn it is, decided in one transaction for all processes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.orders import queue
from kling.orders.holds import Holds
from kling.orders.records import BEGUN, IN_LINE, SENT, UNSENT
from kling.orders.repository import Repository
from kling.store.tables import lines, orders, workers

KEPT_BY_KLING = 7 * 86_400.0
"""Seconds after which Kling does not know a task any more."""
SOON = 100
"""So many of a person's orders that wait are looked at for a turn: twice as many as an account can have places."""


_of_service: sa.BindParameter[str] = sa.bindparam("of_service")
_HELD_UP = sa.select(
    sa.or_(
        sa.exists().where(orders.c.service == _of_service, orders.c.step.in_(UNSENT)),
        sa.exists().where(lines.c.service == _of_service),
    )
)
"""Made once, as it is asked every second."""


class Grants:
    """The queue of each account as it stands in the database."""

    def __init__(self, repository: Repository, holds: Holds) -> None:
        self.repository = repository
        self.holds = holds
        self.engine = repository.store.engine
        self.service = repository.service

    def is_anything_held_up(self) -> bool:
        """Whether anything waits for a turn or for room in a budget, or an account does not work: mostly not."""
        with self.engine.connect() as connection:
            return bool(connection.scalar(_HELD_UP, {"of_service": self.service}))

    def accounts_waiting(self) -> list[str]:
        waits = orders.c.step.in_([step for step in UNSENT if step in IN_LINE])
        with self.engine.connect() as connection:
            chosen = sa.select(orders.c.account).where(self.repository.mine(), waits).distinct()
            return list(connection.scalars(chosen))

    def is_sending(self, account: str) -> bool:
        """Whether a paid request of the account is on its way, or may be."""
        chosen = sa.select(orders.c.id).where(
            self.repository.mine(), orders.c.account == account, orders.c.step.in_(("request", "looking"))
        )
        with self.engine.connect() as connection:
            return connection.execute(chosen.limit(1)).first() is not None

    def count_waiting(self, accounts: Collection[str]) -> int:
        """How many orders of these accounts Kling does not have yet, as far as anybody knows."""
        waits = orders.c.step.in_((*UNSENT, "request", "looking"))
        chosen = sa.select(sa.func.count()).where(self.repository.mine(), orders.c.account.in_(accounts), waits)
        with self.engine.connect() as connection:
            return connection.execute(chosen).scalar() or 0

    def in_places(self, accounts: Collection[str]) -> tuple[int, frozenset[int], frozenset[str]]:
        """How many orders of these accounts take a place, the tasks that are ours, and the ids that name our jobs."""
        takes = orders.c.step.in_(("granted", *SENT))
        chosen = sa.select(orders.c.id).where(self.repository.mine(), orders.c.account.in_(accounts), takes)
        with self.engine.connect() as connection:
            ids = frozenset(connection.scalars(chosen))
            return len(ids), frozenset(self._recent_tasks(connection, accounts)), ids

    def grant(
        self, account: str, places: Callable[[frozenset[int], frozenset[str]], queue.Places], me: str, home: str,
        dead: float, holds: float,
    ) -> tuple[list[tuple[str, int]], list[str]]:  # fmt: skip
        """Who begins now, with the number of their run, and who may be sent: one transaction for all processes.

        `places` is told our tasks, and the orders that have a place of their own, to tell them from those of others. A
        worker without a heartbeat for `dead` seconds does not count; a lost order has a place for `holds` seconds.
        """
        with self.repository.transaction(is_durable=False) as connection:
            self.repository.lock(connection, f"kling queue {account}")
            now = self.repository.now(connection)
            is_closed = self.holds.is_closed(connection, account)
            if is_closed:
                return [], []
            live = self._live(connection, account)
            tickets = [queue.settled(ticket, now, holds) for ticket, _ in live]
            ours = frozenset(ticket.id for ticket in tickets if ticket.step != "lost")
            known = places(frozenset(self._recent_tasks(connection, [account])), ours)
            sent = queue.may_be_sent(tickets, self._turns(connection, account, orders.c.sent_at), known, me, now)
            if is_closed is None:
                # Nobody knows yet whether the account works again: one goes first.
                sent = [] if any(ticket.step in ("granted", "request") for ticket in tickets) else sent[:1]
            last = self._turns(connection, account, orders.c.began_at)
            begun = queue.may_begin(tickets, last, known, me, home, self._count_workers(connection, now - dead))
            self._change(
                connection, sent, "ready", step="granted", turn=orders.c.turn + 1, sent_at=now, not_before=None
            )
            self._change(connection, begun, "waiting", step="picture", began_at=now, worker=me)
            runs = {ticket.id: run for ticket, run in live}
            return [(order_id, runs[order_id]) for order_id in begun], sent

    def places_in_line(self, account: str) -> dict[str, int]:
        """How many turns it takes until that of each order of an account."""
        columns = [orders.c[name] for name in ("id", "person", "placed_at", "step")]
        waits = (orders.c.account == account, orders.c.step.in_(IN_LINE), orders.c.paused_at.is_(None))
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(*columns).where(self.repository.mine(), *waits))
            line = [queue.Ticket(*row) for row in rows]
            return queue.places_in_line(line, self._turns(connection, account, orders.c.began_at))

    def _live(self, connection: Connection, account: str) -> list[tuple[queue.Ticket, int]]:
        """What has begun, and of what waits as much as may begin soon, each with the number of its run."""
        rows = [row for chosen in self._live_ones for row in connection.execute(chosen, {"account": account})]
        return [(queue.Ticket(*ticket), run) for run, *ticket in rows]

    @functools.cached_property
    def _live_ones(self) -> Sequence[sa.Select[Any]]:
        """Of the account that is asked for. A table may hold thousands that wait."""
        columns = [orders.c[name] for name in ("run", *queue.Ticket.__dataclass_fields__)]
        live = (self.repository.mine(), orders.c.account == sa.bindparam("account"))
        begun = sa.select(*columns).where(*live, orders.c.step.in_(BEGUN))
        turn = sa.func.row_number().over(
            partition_by=(orders.c.person, orders.c.home), order_by=(orders.c.placed_at, orders.c.id)
        )
        line = sa.select(*columns, turn.label("number")).where(
            *live, orders.c.step == "waiting", orders.c.paused_at.is_(None)
        )
        waiting = line.subquery()
        next_ones = sa.select(*(waiting.c[column.name] for column in columns)).where(waiting.c.number <= SOON)
        return begun, next_ones

    def _count_workers(self, connection: Connection, alive_since: float) -> int:
        chosen = sa.select(sa.func.count()).where(workers.c.service == self.service, workers.c.seen_at > alive_since)
        return connection.execute(chosen).scalar() or 1

    def _recent_tasks(self, connection: Connection, accounts: Collection[str]) -> list[int]:
        """A list of places may be a little older than the table: what ended meanwhile is ours all the same."""
        chosen = (
            sa.select(orders.c.task_id)
            .where(
                self.repository.mine(),
                orders.c.account.in_(accounts),
                orders.c.task_id.is_not(None),
                # Else all there ever were are looked through for an account that has few.
                orders.c.accepted_at > self.repository.now(connection) - KEPT_BY_KLING,
            )
            .order_by(orders.c.accepted_at.desc())
        )
        return [task_id for task_id in connection.scalars(chosen.limit(200)) if task_id is not None]

    def _turns(self, connection: Connection, account: str, column: sa.Column[Any]) -> dict[str, float]:
        chosen = (
            sa.select(orders.c.person, sa.func.max(column))
            .where(self.repository.mine(), orders.c.account == account, column.is_not(None))
            .group_by(orders.c.person)
        )
        return {row[0]: row[1] for row in connection.execute(chosen)}

    def _change(self, connection: Connection, ids: Sequence[str], only_in: str, **changes: Any) -> None:
        """A person may have cancelled or paused one since it was read."""
        if ids:
            chosen = sa.and_(self.repository.mine(), orders.c.id.in_(ids), orders.c.step == only_in)
            connection.execute(sa.update(orders).where(chosen).values(**changes))
