"""Deletions at Kling: they cost nothing and may be asked again, so they need not survive the process."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from kling.errors import KlingError, UnexpectedAnswer
from kling.orders.context import Client, Context, Stopped
from kling.orders.records import Order

KEPT = 500
STOP_SECONDS = 5.0
"""So long a stop waits for all that are under way."""
log = logging.getLogger(__name__)
Delete = Callable[[Client], object]


class Deletions:
    """The deletions that this process was asked for, as orders. Thread-safe."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._orders: dict[str, Order] = {}
        self._threads: list[threading.Thread] = []

    def get(self, order_id: str) -> Order | None:
        return self._orders.get(order_id)

    def last(self, prefix: str) -> Order | None:
        """The newest whose id starts with `prefix`."""
        return next((order for order in reversed(list(self._orders.values())) if order.id.startswith(prefix)), None)

    def under_way(self) -> list[Order]:
        return [order for order in list(self._orders.values()) if not order.is_over]

    def place(
        self, order_id: str, title: str, delete: Delete, then: Callable[[], None], account: str, person: str
    ) -> Order:
        """Begin, unless it was placed before; `then` is called at the end, whatever it was, and again where the
        storage does not let it be done."""
        with self._context.changed:
            if order_id in self._orders:
                return self._orders[order_id]
            order = Order(order_id, title, self._context.now(), kind="deletion", step="request", person=person)
            self._orders[order_id] = order
            for forgotten in [each.id for each in self._orders.values() if each.is_over][:-KEPT]:
                del self._orders[forgotten]
            work = threading.Thread(target=self._delete, args=(order, delete, account, then), name="kling-delete")
            work.daemon = True
            work.start()
            self._threads = [*(each for each in self._threads if each.is_alive()), work]
        return order

    def wait(self) -> None:
        """Until all have ended, as long as a stop may wait: what follows one may need the database."""
        until = time.monotonic() + STOP_SECONDS
        for work in list(self._threads):
            work.join(max(0.0, until - time.monotonic()))

    def _delete(self, order: Order, delete: Delete, account: str, then: Callable[[], None]) -> None:
        try:
            delete(self._context.client(account))
            ended = replace(order, step="accepted")
        except KlingError as error:
            ended = replace(order, step="refused", error=error)
        except Exception as fault:  # whatever it was, the person must not wait for ever
            log.exception("a deletion failed in an unforeseen way")
            ended = replace(order, step="refused", error=UnexpectedAnswer(f"unforeseen: {type(fault).__name__}"))
        self._orders[order.id] = ended
        try:
            self._context.patiently(then)
        except Stopped:
            log.warning("What follows a deletion was left undone: the process stops")
        except Exception:
            log.exception("what follows a deletion could not be done")
        self._context.notify()
