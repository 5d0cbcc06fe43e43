"""Deletions that are placed like orders: done once, and what follows them waits for the storage."""

from __future__ import annotations

import threading

import sqlalchemy as sa

from kling.orders import Orders
from tests.orders.upstream import Kling


def test_a_deletion_is_done_once(kling: Kling, orders: Orders) -> None:
    done = threading.Event()
    for _ in range(3):
        orders.place_deletion("delete 7 x", "Deleting", lambda client: client.delete_task(7), done.set)
    assert done.wait(10)
    assert orders.settled("delete 7 x").step == "accepted"
    assert kling.sent("delete") == [7]
    assert orders.last("delete 7 ") is not None


def test_what_follows_a_deletion_waits_for_the_storage(kling: Kling, orders: Orders) -> None:
    faults = [sa.exc.OperationalError("", {}, Exception("database is locked")) for _ in range(2)]
    done = threading.Event()

    def note() -> None:
        if faults:
            raise faults.pop()
        done.set()

    orders.place_deletion("delete 7 x", "Deleting", lambda client: client.delete_task(7), note)
    assert done.wait(10)


def test_a_stop_waits_for_what_follows_a_deletion(kling: Kling, orders: Orders) -> None:
    begun, held = threading.Event(), threading.Event()
    is_running: list[bool] = []

    def note() -> None:
        begun.set()
        held.wait(0.2)
        is_running.append(orders._engine is not None)

    orders.place_deletion("delete 7 x", "Deleting", lambda client: client.delete_task(7), note)
    assert begun.wait(10)
    orders.stop()
    assert is_running == [True]
