"""Orders as pages read them: asked once for everybody, as a hundred viewers draw many times a second."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import partial
from typing import Any

import sqlalchemy as sa

from kling.errors import KlingError
from kling.models import Capacity
from kling.orders import estimates
from kling.orders.batches import Batch
from kling.orders.capacity import places_of
from kling.orders.charges import Charges, ChargesReader
from kling.orders.context import Context
from kling.orders.deletions import Deletions
from kling.orders.estimates import Expectation, Finished
from kling.orders.picture_names import read_titles
from kling.orders.queue import Places
from kling.orders.records import LIVE, UNSENT, Order, Request, Step, order_from_row
from kling.orders.rows import Row
from kling.orders.storage import storage_errors_as_not_configured
from kling.store.tables import orders as table

Condition = sa.ColumnElement[bool]
PAGE = 200
"""Ended orders that are read at a time."""
# Made once: to make such a condition costs as much as to read by it.
HAS_BEGUN = ~sa.and_(table.c.step.in_(("held", "waiting")), table.c.batch != "")
"""Placed alone, or begun of what was placed together."""
IS_HANDED_OVER = table.c.step.in_((*UNSENT, "request", "looking"))
IS_LIVE = table.c.step.in_((*LIVE, "unknown"))
HAS_ENDED = ~IS_LIVE


@dataclass(frozen=True)
class Trouble:
    """Why the whole line of an account is held, since when, and when it is looked at next (seconds since the epoch).

    `until` is None while one order tries whether it works again.
    """

    error: KlingError
    since: float
    until: float | None


class Reading:
    """`NotConfigured` with a sentence while the storage fails."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._deletions = Deletions(context)
        self._charges = ChargesReader(context.repository)

    def start(self) -> None:
        """So that there is something to read."""
        raise NotImplementedError

    def get(self, order_id: str) -> Order | None:
        deletion = self._deletions.get(order_id)
        if deletion is not None:
            return deletion
        self.start()
        with storage_errors_as_not_configured():
            row = self._context.repository.get(order_id)
        return self._read(row) if row else None

    def get_cached(self, order_id: str) -> Order | None:
        """An order that is only drawn, not decided by: what another process changed shows within a second."""
        self.start()
        repository = self._context.repository
        with storage_errors_as_not_configured():
            row = repository.read_once(("order", order_id), lambda: repository.get(order_id))
        return self._read(row) if row else None

    def last(self, prefix: str) -> Order | None:
        """The newest order whose id starts with `prefix`."""
        found = self._deletions.last(prefix)
        return found or next(iter(reversed(self._find(table.c.id.startswith(prefix, autoescape=True)))), None)

    def under_way(self) -> list[Order]:
        """The orders that Kling has not taken yet and that go on by themselves, oldest first; of those that were placed
        together only what has begun."""
        handing_over = self._cached("under way", lambda: [IS_HANDED_OVER, HAS_BEGUN])
        return [*handing_over, *self._deletions.under_way()]

    def of_person(self, person: str, since: float, page: int = 0) -> list[Order]:
        """What a person placed that has not ended, or waits for a decision, and of what ended since then a page, the
        newest first; each oldest first. Of what was placed together only what has begun: see `batches_of`."""
        self.start()
        with storage_errors_as_not_configured():
            if person not in self._context.repository.people():
                return []  # most of those who have a page open
        ended = self._cached(
            (person, since, page),
            lambda: [table.c.person == person, HAS_ENDED, table.c.ended_at >= since], limit=PAGE, offset=page * PAGE,
        )  # fmt: skip
        live = self._cached((person, "live"), lambda: [table.c.person == person, IS_LIVE, HAS_BEGUN], limit=None)
        return sorted([*ended, *live], key=_by_age)

    def of_batch(self, batch: str, *steps: Step, limit: int | None = None) -> list[Order]:
        """The orders of a batch, of these steps if some are named; of too many the newest. Each oldest first."""
        return self._cached(
            ("of batch", batch, steps, limit),
            lambda: [table.c.batch == batch, *([table.c.step.in_(steps)] if steps else [])], limit=limit,
        )  # fmt: skip

    def batch(self, batch: str) -> Batch:
        """How many orders of a batch stand where."""
        self.start()
        with storage_errors_as_not_configured():
            return self._context.batches.get(batch)

    def batches_of(self, person: str, since: float) -> dict[str, Batch]:
        """A person's batches that have not ended, or of which something ended since then; the oldest first."""
        self.start()
        with storage_errors_as_not_configured():
            if person not in self._context.repository.people():
                return {}
            return {each: self._context.batches.get(each) for each in self._context.batches.of_person(person, since)}

    def task_ids(self) -> frozenset[int]:
        """The tasks that came from orders."""
        self.start()
        with storage_errors_as_not_configured():
            return frozenset(self._context.repository.held_tasks(""))

    def picture_titles(self) -> dict[str, str]:
        """What the newest order of each picture was called, by the picture's address at Kling without its signature."""
        self.start()
        repository = self._context.repository
        with storage_errors_as_not_configured():
            found: dict[str, str] = repository.read_once("picture titles", lambda: read_titles(repository))
            return found

    def charges(self) -> Charges:
        """What each task of late took."""
        self.start()
        with storage_errors_as_not_configured():
            return self._charges.latest()

    def of_task(self, task_id: int | None) -> Order | None:
        """The order that a task came from."""
        return next(iter(self._find(table.c.task_id == task_id)), None) if task_id else None

    def trouble(self) -> dict[str, Trouble]:
        """The accounts whose whole line is held."""
        self.start()
        with storage_errors_as_not_configured():
            held = self._context.holds.all()
        return {account: Trouble(hold.error, hold.since, hold.until) for account, hold in held.items()}

    def count_waiting(self, accounts: frozenset[str]) -> int:
        """How many orders of these accounts, anybody's, Kling does not have yet."""
        self.start()
        with storage_errors_as_not_configured():
            ask = partial(self._context.grants.count_waiting, accounts)
            return int(self._context.repository.read_once(("waiting", accounts), ask))

    def taken_places(self, accounts: frozenset[str], email: str | None, capacity: Capacity) -> Places:
        """How many places Kling has for the account `email`, which orders know by one of `accounts`; `others` of those
        are taken, by anybody. `capacity` may be a little older than the orders."""
        self.start()
        with storage_errors_as_not_configured():
            ask = partial(self._context.grants.in_places, accounts)
            taken, tasks, ids = self._context.repository.read_once(("places", accounts), ask)
        places = places_of(email, capacity, tasks, ids)
        return Places(places.at_most, places.others + taken)

    def place_in_line(self, order: Order) -> int | None:
        """1 for the next one; None when it is not in the line."""
        ask = partial(self._context.grants.places_in_line, order.account)
        with storage_errors_as_not_configured():
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
        with storage_errors_as_not_configured():
            return self._context.repository.recent(account)

    def _find(self, *wanted: Any) -> list[Order]:
        self.start()
        with storage_errors_as_not_configured():
            return [self._read(row) for row in self._context.repository.find(*wanted)]

    def _cached(self, name: Hashable, wanted: Callable[[], list[Condition]], **page: Any) -> list[Order]:
        """The orders that `name` stands for, read once for everybody; their conditions are made only to be read by."""
        self.start()
        repository = self._context.repository
        with storage_errors_as_not_configured():
            rows = repository.read_once(name, lambda: repository.find(*wanted(), **page))
            return [self._read(row) for row in rows]

    def _read(self, row: Row) -> Order:
        return order_from_row(row, self._context.progress.get(row["id"], (0, 0)))


def _by_age(order: Order) -> tuple[float, str]:
    return order.placed_at, order.id
