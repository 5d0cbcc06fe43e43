"""Whose turn it is, decided in one transaction for all processes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

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
TURNS_COUNT = 86_400.0
"""Seconds after its end in which an order counts as a turn of its person's. Else all there ever were are looked at."""


# Made once, as they are asked at every turn: to make them costs more than to read by them.
_of_service: sa.BindParameter[str] = sa.bindparam("of_service")
_since: sa.BindParameter[float] = sa.bindparam("since")
_HELD_UP = sa.select(
    sa.exists().where(orders.c.service == _of_service, orders.c.step.in_([step for step in UNSENT if step in IN_LINE])),
    sa.exists().where(orders.c.service == _of_service, orders.c.step == "held"),
    sa.exists().where(lines.c.service == _of_service),
)
_ACCOUNTS_WAITING = (
    sa.select(orders.c.account)
    .where(orders.c.service == _of_service, orders.c.step.in_([step for step in UNSENT if step in IN_LINE]))
    .distinct()
)
_LIVE_WORKERS = sa.select(sa.func.count()).where(workers.c.service == _of_service, workers.c.seen_at > _since)
_RECENT_TASKS = (
    sa.select(orders.c.task_id)
    .where(
        orders.c.service == _of_service,
        orders.c.account.in_(sa.bindparam("accounts", expanding=True)),
        orders.c.task_id.is_not(None),
        # Else all there ever were are looked through for an account that has few.
        orders.c.accepted_at > _since,
    )
    .order_by(orders.c.accepted_at.desc())
    .limit(200)
)
_THEIRS = sa.select(orders.c.person, orders.c.sent_at, orders.c.began_at).where(
    orders.c.service == _of_service, orders.c.account == sa.bindparam("account")
)
# Not one condition with "or": for that SQLite reads every order there is.
_HAD_A_TURN = sa.union_all(
    _THEIRS.where(orders.c.step.in_(BEGUN)), _THEIRS.where(orders.c.ended_at > _since)
).subquery()
_TURNS = sa.select(
    _HAD_A_TURN.c.person, sa.func.max(_HAD_A_TURN.c.sent_at), sa.func.max(_HAD_A_TURN.c.began_at)
).group_by(_HAD_A_TURN.c.person)


class HeldUp(NamedTuple):
    """What there is that cannot go on by itself."""

    in_line: bool
    """An order waits for a turn."""
    by_budget: bool
    """An order waits for room in a budget."""
    by_account: bool
    """An account does not work."""


class Turns(NamedTuple):
    """When each person's orders last began, and were last sent."""

    began: Mapping[str, float]
    sent: Mapping[str, float]


class Grants:
    """The queue of each account as it stands in the database."""

    def __init__(self, repository: Repository, holds: Holds) -> None:
        self.repository = repository
        self.holds = holds
        self.engine = repository.store.engine
        self.service = repository.service

    def held_up(self) -> HeldUp:
        """In one question, as mostly there is nothing."""
        with self.engine.connect() as connection:
            return HeldUp(*map(bool, connection.execute(_HELD_UP, {"of_service": self.service}).one()))

    def accounts_waiting(self) -> list[str]:
        with self.engine.connect() as connection:
            return list(connection.scalars(_ACCOUNTS_WAITING, {"of_service": self.service}))

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
            tasks = self._recent_tasks(connection, accounts, self.repository.now(connection))
            return len(ids), frozenset(tasks), ids

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
            known = places(frozenset(self._recent_tasks(connection, [account], now)), ours)
            turns = self._turns(connection, account, tickets, now)
            sent = queue.may_be_sent(tickets, turns.sent, known, me, now)
            if is_closed is None:
                # Nobody knows yet whether the account works again: one goes first.
                sent = [] if any(ticket.step in ("granted", "request") for ticket in tickets) else sent[:1]
            at_work = self._count_workers(connection, now - dead)
            begun = queue.may_begin(tickets, turns.began, known, me, home, at_work)
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
            turns = self._turns(connection, account, line, self.repository.now(connection))
            return queue.places_in_line(line, turns.began)

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
        # With the person first, SQLite would take the index by persons, and read every order there is.
        turn = sa.func.row_number().over(
            partition_by=(orders.c.home, orders.c.person), order_by=(orders.c.placed_at, orders.c.id)
        )
        line = sa.select(*columns, turn.label("number")).where(
            *live, orders.c.step == "waiting", orders.c.paused_at.is_(None)
        )
        waiting = line.subquery()
        next_ones = sa.select(*(waiting.c[column.name] for column in columns)).where(waiting.c.number <= SOON)
        return begun, next_ones

    def _count_workers(self, connection: Connection, alive_since: float) -> int:
        return connection.scalar(_LIVE_WORKERS, {"of_service": self.service, "since": alive_since}) or 1

    def _recent_tasks(self, connection: Connection, accounts: Collection[str], now: float) -> list[int]:
        """A list of places may be a little older than the table: what ended meanwhile is ours all the same."""
        asked = {"of_service": self.service, "accounts": list(accounts), "since": now - KEPT_BY_KLING}
        return [task_id for task_id in connection.scalars(_RECENT_TASKS, asked) if task_id is not None]

    def _turns(self, connection: Connection, account: str, line: Iterable[queue.Ticket], now: float) -> Turns:
        """Those of the people in the line; none where it is one alone, who has every turn."""
        if len({ticket.person for ticket in line}) < 2:
            return Turns({}, {})
        asked = {"of_service": self.service, "account": account, "since": now - TURNS_COUNT}
        rows = connection.execute(_TURNS, asked).all()
        sent = {person: sent_at for person, sent_at, _ in rows if sent_at is not None}
        return Turns({person: began_at for person, _, began_at in rows if began_at is not None}, sent)

    def _change(self, connection: Connection, ids: Sequence[str], only_in: str, **changes: Any) -> None:
        """A person may have cancelled or paused one since it was read."""
        if ids:
            chosen = sa.and_(self.repository.mine(), orders.c.id.in_(ids), orders.c.step == only_in)
            connection.execute(sa.update(orders).where(chosen).values(**changes))
