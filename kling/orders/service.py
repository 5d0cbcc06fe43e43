"""Paid requests and uploads, handed over by a page and done in the background, whatever happens to the process.

A page run can be cut off by any click, so a page only places an order, under an id it keeps, and watches. The same id
placed twice is one order: a second click, a rerun or a late one finds the first. What is placed stands in the database
(`repository`), its turn comes by the queue (`grants`, `queue`), and it is carried out step by step (`files`, `sending`,
`settling`, `following`), each step recorded by DBOS (`runtime`).
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kling.errors import KlingError, NotConfigured, NotFound
from kling.models import Capacity
from kling.orders import estimates
from kling.orders.batches import Batch
from kling.orders.budgets import Budgets
from kling.orders.capacity import places_of
from kling.orders.charges import Charges, ChargesRead
from kling.orders.context import Client, Context
from kling.orders.decisions import Decisions
from kling.orders.deletions import Deletions
from kling.orders.estimates import Expectation, Finished
from kling.orders.ownership import Ownership
from kling.orders.pace import Pace
from kling.orders.picture_names import read_titles
from kling.orders.placing import Placing
from kling.orders.queue import Places
from kling.orders.records import (
    BEGUN,
    LIVE,
    UNSENT,
    Order,
    Request,
    Step,
    error_to_json,
    order_from_row,
)
from kling.orders.repository import KEPT_SECONDS, Repository, Row, Titles
from kling.orders.rights import EverythingAllowed, Rights
from kling.orders.runtime import Engine
from kling.orders.shared_looks import TaskReads
from kling.orders.spending import SpendingRead
from kling.orders.storage import told_when_reading
from kling.orders.stored_files import home_of, remove_files, remove_leftovers
from kling.store import Store
from kling.store.tables import orders as table

RESTARTS = (
    "The dashboard is being started anew and takes no orders at this moment. Nothing was sent and nothing was charged "
    "for this one; what was placed before goes on. Try again in half a minute."
)
PAGE = 200
"""Ended orders that are read at a time."""


@dataclass(frozen=True)
class Trouble:
    """Why the whole line of an account is held, since when, and when it is looked at next (seconds since the epoch).

    `until` is None while one order tries whether it works again.
    """

    error: KlingError
    since: float
    until: float | None


class Orders(Placing, Decisions, Ownership):
    """Every order of a service. Thread-safe. Nothing is done before `start`, or the first use.

    `clients(account)` gives the client for an account ("" for the first one) and may wait for the network; `service`
    names who is paid, so that orders of the practice API never reach Kling; `told(account)` hears that a list at Kling
    has changed; `tasks(account)` is the feed that reads the tasks for pages too: without it orders have their own.
    `forgets` is for a practice API that lost its memory with the last process. `database` is its address, or itself;
    `rights` says who may do what: without it nothing is refused.
    """

    def __init__(
        self,
        clients: Callable[[str], Client],
        folder: Path,
        database: str | Store,
        *,
        service: str,
        forgets: bool = False,
        told: Callable[[str], None] = lambda account: None,
        tasks: Callable[[str], TaskReads] | None = None,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
        rights: Rights | None = None,
        budgets: Budgets | None = None,
    ) -> None:
        self._folder = folder
        self._forgets = forgets
        self._starting = threading.RLock()
        self._is_stopping = False
        self._engine: Engine | None = None
        self.store = Store(database) if isinstance(database, str) else database
        repository = Repository(self.store, service, clock, budgets)
        with told_when_reading():
            me, home = uuid.uuid4().hex, home_of(folder)
        context = Context(repository, clients, me, home, folder, pace or Pace(), told, tasks)
        rights = rights or EverythingAllowed()
        Placing.__init__(self, context, rights)
        Decisions.__init__(self, context, rights)
        Ownership.__init__(self, context)
        self._deletions = Deletions(context)
        self.spending = SpendingRead(repository)
        self._charges = ChargesRead(repository)

    # Start and stop

    def start(self) -> None:
        """Take up what was under way, and begin what is placed. A second time changes nothing.

        Raises `NotConfigured` when there is no database to be had, or only one from a newer version.
        """
        if self._is_stopping:
            raise NotConfigured(RESTARTS)
        with self._starting:
            if self._engine is None:
                with told_when_reading():
                    self._begin()

    def _begin(self) -> None:
        self._context.repository.check_age()
        self.store.open()
        self._context.repository.mark_start()
        if self._forgets:
            self._end_what_is_forgotten()
        self._context.repository.forget(self._context.now() - KEPT_SECONDS)
        remove_leftovers(self._context)
        engine = Engine(self._context)
        engine.start()
        self._engine = engine

    def stop(self) -> None:
        """Leave what is under way to the next start, but for the answers to paid requests, which are waited for."""
        self._is_stopping = True
        with self._starting:
            if self._engine is not None:
                self._engine.stop()
                self._engine = None
            self._is_stopping = False

    def _end_what_is_forgotten(self) -> None:
        """The practice API knows nothing any more of what an earlier process told it."""
        error = error_to_json(NotFound(404, "The practice service was started anew and has forgotten this."))
        for row in self._context.repository.find(table.c.step.in_(BEGUN)):
            self._context.repository.update(row["id"], LIVE, step="gone", error=error, ended_at=self._context.now())
            remove_files(self._context, row["id"])

    # Read

    def get(self, order_id: str) -> Order | None:
        deletion = self._deletions.get(order_id)
        if deletion is not None:
            return deletion
        self.start()
        with told_when_reading():
            row = self._context.repository.get(order_id)
        return self._read(row) if row else None

    def last(self, prefix: str) -> Order | None:
        """The newest order whose id starts with `prefix`."""
        found = self._deletions.last(prefix)
        return found or next(iter(reversed(self._find(table.c.id.startswith(prefix, autoescape=True)))), None)

    def under_way(self) -> list[Order]:
        """The orders that Kling has not taken yet and that go on by themselves, oldest first; of those that were placed
        together only what has begun."""
        is_far = sa.and_(table.c.step.in_(("held", "waiting")), table.c.batch != "")
        handing_over = self._cached("under way", table.c.step.in_((*UNSENT, "request", "looking")), ~is_far)
        return [*handing_over, *self._deletions.under_way()]

    def of_person(self, person: str, since: float, page: int = 0) -> list[Order]:
        """What a person placed that has not ended, or waits for a decision, and of what ended since then a page, the
        newest first; each oldest first. Of what was placed together only what has begun: see `batches_of`."""
        self.start()
        with told_when_reading():
            if person not in self._context.repository.people():
                return []  # most of those who have a page open
        mine, live = table.c.person == person, table.c.step.in_((*LIVE, "unknown"))
        far = sa.and_(table.c.step.in_(("held", "waiting")), table.c.batch != "")
        ended = self._cached(
            (person, since, page), mine, ~live, table.c.ended_at >= since, limit=PAGE, offset=page * PAGE
        )
        return sorted([*ended, *self._cached((person, "live"), mine, live, ~far, limit=None)], key=_by_age)

    def of_batch(self, batch: str, *steps: Step, limit: int | None = None) -> list[Order]:
        """The orders of a batch, of these steps if some are named; of too many the newest. Each oldest first."""
        wanted = [table.c.batch == batch, *([table.c.step.in_(steps)] if steps else [])]
        return self._cached(("of batch", batch, steps, limit), *wanted, limit=limit)

    def batch(self, batch: str) -> Batch:
        """How many orders of a batch stand where."""
        self.start()
        with told_when_reading():
            return self._context.batches.get(batch)

    def batches_of(self, person: str, since: float) -> dict[str, Batch]:
        """A person's batches that have not ended, or of which something ended since then; the oldest first."""
        self.start()
        with told_when_reading():
            if person not in self._context.repository.people():
                return {}
            return {each: self._context.batches.get(each) for each in self._context.batches.of_person(person, since)}

    def task_ids(self) -> frozenset[int]:
        """The tasks that came from orders."""
        self.start()
        return frozenset(self._context.repository.held_tasks(""))

    def titles(self) -> Titles:
        """What lately ordered tasks were called by whoever ordered them."""
        self.start()
        with told_when_reading():
            return self._context.repository.titles()

    def picture_titles(self) -> dict[str, str]:
        """What the newest order of each picture was called, by the picture's address at Kling without its signature."""
        self.start()
        repository = self._context.repository
        with told_when_reading():
            found: dict[str, str] = repository.read_once("picture titles", lambda: read_titles(repository))
            return found

    def charges(self) -> Charges:
        """What each task of late took."""
        self.start()
        with told_when_reading():
            return self._charges.latest()

    def of_task(self, task_id: int | None) -> Order | None:
        """The order that a task came from."""
        return next(iter(self._find(table.c.task_id == task_id)), None) if task_id else None

    def trouble(self) -> dict[str, Trouble]:
        """The accounts whose whole line is held."""
        self.start()
        with told_when_reading():
            held = self._context.holds.all()
        return {account: Trouble(hold.error, hold.since, hold.until) for account, hold in held.items()}

    def count_waiting(self, accounts: frozenset[str]) -> int:
        """How many orders of these accounts, anybody's, Kling does not have yet."""
        self.start()
        with told_when_reading():
            ask = partial(self._context.grants.count_waiting, accounts)
            return int(self._context.repository.read_once(("waiting", accounts), ask))

    def taken_places(self, accounts: frozenset[str], email: str | None, capacity: Capacity) -> Places:
        """How many places Kling has for the account `email`, which orders know by one of `accounts`; `others` of those
        are taken, by anybody. `capacity` may be a little older than the orders."""
        self.start()
        with told_when_reading():
            ask = partial(self._context.grants.in_places, accounts)
            taken, tasks, ids = self._context.repository.read_once(("places", accounts), ask)
        places = places_of(email, capacity, tasks, ids)
        return Places(places.at_most, places.others + taken)

    def place_in_line(self, order: Order) -> int | None:
        """1 for the next one; None when it is not in the line."""
        ask = partial(self._context.grants.places_in_line, order.account)
        places: dict[str, int] = self._context.repository.read_once(("line", order.account), ask)
        return places.get(order.id)

    def expected_seconds(self, order: Order) -> float | None:
        """How long Kling takes for such an order, by the account's own recent ones; None when there are none."""
        return estimates.expected_seconds(self.recent(order.account), order.kind, order.body)

    def expect(self, account: str, request: Request, motion_ms: float | None = None) -> Expectation:
        """What a request will take of an account, in credits and in time; `motion_ms` is how long its motion is."""
        recent, kind = self.recent(account), estimates.kind_of(request)
        seconds = estimates.expected_seconds(recent, kind, request.to_wire(), motion_ms)
        return Expectation(estimates.expected_price(recent, request, motion_ms), seconds)

    def recent(self, account: str) -> list[Finished]:
        """What the account's own orders took of late, newest first."""
        self.start()
        with told_when_reading():
            return self._context.repository.recent(account)

    def settled(self, order_id: str, timeout: float = 30.0) -> Order:
        """The order once handing it over is over, for those who may wait (seconds); never called by a page."""
        return self._wait(order_id, lambda order: order.is_over, timeout)

    def at_rest(self, order_id: str, timeout: float = 30.0) -> Order:
        """The order once it is over, or waits for a time that is written down or for its account; never called by a
        page."""

        def rests(order: Order) -> bool:
            waits = order.not_before is not None or (order.error is not None and order.account in self.trouble())
            return order.is_over or waits

        return self._wait(order_id, rests, timeout)

    def ended(self, order_id: str, timeout: float = 30.0) -> Order:
        """The order once nothing will change any more, for those who may wait (seconds); never called by a page."""
        return self._wait(order_id, lambda order: order.is_ended, timeout)

    def _wait(self, order_id: str, enough: Callable[[Order], bool], timeout: float) -> Order:
        until = time.monotonic() + timeout
        while True:
            with self._context.changed:
                order = self.get(order_id)
                assert order is not None, f"there is no order {order_id}"
                if enough(order) or time.monotonic() > until:
                    return order
                self._context.changed.wait(0.2)

    def _find(self, *wanted: Any) -> list[Order]:
        self.start()
        with told_when_reading():
            return [self._read(row) for row in self._context.repository.find(*wanted)]

    def _cached(self, name: Hashable, *wanted: Any, **page: int | None) -> list[Order]:
        self.start()
        with told_when_reading():
            return [self._read(row) for row in self._context.repository.cached(name, *wanted, **page)]

    def _read(self, row: Row) -> Order:
        return order_from_row(row, self._context.progress.get(row["id"], (0, 0)))

    def place_deletion(
        self,
        order_id: str,
        title: str,
        delete: Callable[[Client], object],
        then: Callable[[], None],
        *,
        account: str = "",
        by: str | None = None,
        owner: str = "",
    ) -> Order:
        """Have something deleted at Kling for good; `owner` is whose it is, as `owner_of` tells ("": nobody's here)."""
        self._rights.check(by, "delete", owner)
        return self._deletions.place(order_id, title, delete, then, account, by or "")

    # The storage

    def storage_problem(self) -> str | None:
        """Why nothing can be placed or carried on at the moment, as a sentence; None when all is well."""
        try:
            self.start()
            with told_when_reading():
                self._context.repository.find(limit=1)
        except NotConfigured as error:
            return str(error)
        return self._context.fault


def _by_age(order: Order) -> tuple[float, str]:
    return order.placed_at, order.id
