"""Deletions at Kling: they cost nothing and may be asked again, so they need not survive the process."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from kling.errors import KlingError, UnexpectedAnswer
from kling.orders.context import Client, Context
from kling.orders.records import Order

KEPT = 500
log = logging.getLogger(__name__)
Delete = Callable[[Client], object]


class Deletions:
    """The deletions that this process was asked for, as orders. Thread-safe."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._orders: dict[str, Order] = {}

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
        """Begin, unless it was placed before; `then` is called at the end, whatever it was."""
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
        return order

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
        then()
        self._context.notify()
