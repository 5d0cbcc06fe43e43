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
from collections.abc import Callable
from pathlib import Path

from kling.errors import NotConfigured, NotFound
from kling.orders.budgets import Budgets
from kling.orders.context import Client, Context
from kling.orders.decisions import Decisions
from kling.orders.ownership import Ownership
from kling.orders.pace import Pace
from kling.orders.placing import Placing
from kling.orders.reading import Reading
from kling.orders.records import (
    BEGUN,
    LIVE,
    Order,
    error_to_json,
)
from kling.orders.repository import KEPT_SECONDS, Repository
from kling.orders.rights import EverythingAllowed, Rights
from kling.orders.runtime import Engine
from kling.orders.shared_looks import TaskReads
from kling.orders.spending import SpendingReader
from kling.orders.storage import storage_errors_as_not_configured
from kling.orders.stored_files import home_of, remove_files, remove_leftovers
from kling.store import Store
from kling.store.tables import orders as table

RESTARTS = (
    "The dashboard is being started anew and takes no orders at this moment. Nothing was sent and nothing was charged "
    "for this one; what was placed before goes on. Try again in half a minute."
)


class Orders(Placing, Decisions, Ownership, Reading):
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
        with storage_errors_as_not_configured():
            me, home = uuid.uuid4().hex, home_of(folder)
        context = Context(repository, clients, me, home, folder, pace or Pace(), told, tasks)
        rights = rights or EverythingAllowed()
        Placing.__init__(self, context, rights)
        Decisions.__init__(self, context, rights)
        Ownership.__init__(self, context)
        Reading.__init__(self, context)
        self.spending = SpendingReader(repository)

    # Start and stop

    def start(self) -> None:
        """Take up what was under way, and begin what is placed. A second time changes nothing.

        Raises `NotConfigured` when there is no database to be had, or only one from a newer version.
        """
        if self._is_stopping:
            raise NotConfigured(RESTARTS)
        with self._starting:
            if self._engine is None:
                with storage_errors_as_not_configured():
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
        """Leave what is under way to the next start, but for the answers to paid requests, which are waited for.

        For good: a page that is drawn to its end meanwhile must not begin it all anew while the process ends.
        """
        self._is_stopping = True
        self._deletions.wait()
        with self._starting:
            if self._engine is not None:
                self._engine.stop()
                self._engine = None

    def _end_what_is_forgotten(self) -> None:
        """The practice API knows nothing any more of what an earlier process told it."""
        error = error_to_json(NotFound(404, "The practice service was started anew and has forgotten this."))
        for row in self._context.repository.find(table.c.step.in_(BEGUN)):
            self._context.repository.update(row["id"], LIVE, step="gone", error=error, ended_at=self._context.now())
            remove_files(self._context, row["id"])

    # Wait

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
            with storage_errors_as_not_configured():
                self._context.repository.find(limit=1)
        except NotConfigured as error:
            return str(error)
        return self._context.fault
