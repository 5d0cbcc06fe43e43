"""A stop waits for the answer to what is being paid for, and takes nothing new meanwhile."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from kling.errors import NotConfigured
from kling.orders import Orders, VideoOrder
from kling.orders.context import Stopped
from tests.orders.upstream import PICTURE, QUICK, Kling, orders_of, request


def place(orders: Orders, order_id: str) -> None:
    orders.place_videos([VideoOrder(order_id, order_id, request(order_id), PICTURE)])


def wait_until_it_stops(orders: Orders) -> str:
    """What somebody reads who places an order from then on."""
    while True:
        try:
            orders.get("a")
        except NotConfigured as error:
            return str(error)


def test_a_stop_waits_for_the_answer_and_refuses_what_comes_meanwhile(tmp_path: Path) -> None:
    kling = Kling()
    kling.ends = False
    kling.gates["create"] = threading.Event()
    with orders_of(kling, tmp_path) as orders:
        place(orders, "a")
        while "create" not in kling.names():
            kling.entered.wait(1)
        stopping = threading.Thread(target=orders.stop)
        stopping.start()
        assert "nothing was charged" in wait_until_it_stops(orders)
        with pytest.raises(NotConfigured, match="started anew"):
            place(orders, "b")
        kling.gates["create"].set()
        stopping.join(20)
        [row] = orders._context.repository.find()
        assert (row["id"], row["step"], row["task_id"]) == ("a", "accepted", kling.made[0]["id"])
    assert kling.names().count("create") == 1


def test_a_stop_lets_a_step_that_is_under_way_end(tmp_path: Path) -> None:
    kling, answers = Kling(), threading.Event()
    with orders_of(kling, tmp_path) as orders:
        kling.take_hook = lambda: kling.gates.update(account=answers)  # what it took is asked once it has ended
        place(orders, "a")
        assert orders.ended("a").step == "done"
        while kling.names().count("account") < 2:
            kling.entered.wait(1)
        stopping = threading.Thread(target=orders.stop)
        stopping.start()
        assert orders._context.stopping.wait(10)
        threading.Timer(0.2, answers.set).start()  # Kling's answer comes a little later
        stopping.join(20)
        assert not orders._context.active


def test_a_stop_waits_no_longer_than_it_may_and_nothing_more_is_sent(tmp_path: Path) -> None:
    with orders_of(Kling(), tmp_path, pace=replace(QUICK, stop=0.05)) as orders:
        context = orders._context
        with context.not_cut("a"):
            context.drain()
            with pytest.raises(Stopped), context.not_cut("b"):
                pass
