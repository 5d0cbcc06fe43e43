"""What an order took, as far as the balance shows it."""

from __future__ import annotations

from kling.orders import Orders
from kling.orders.costs import settle_cost
from tests.orders.upstream import Kling, request


def test_the_cost_is_exact_where_the_balance_shows_it(kling: Kling, orders: Orders) -> None:
    orders.place_video("a", "Video", request())
    orders.ended("a")
    paid = orders._wait("a", lambda order: order.cost is not None, 10).cost
    assert paid is not None
    assert (paid.credits, paid.is_exact) == (20.0, True)


def test_an_answer_that_tells_no_points_is_not_taken_for_an_empty_account(kling: Kling, orders: Orders) -> None:
    kling.tells_points = False
    kling.ends = False
    orders.place_video("a", "Video", request())
    orders._wait("a", lambda order: order.step == "accepted", 10)
    orders.stop()  # what was under way has ended
    row = orders._context.repository.get("a")
    assert row is not None
    order = orders._read(row)
    assert (order.step, order.cost) == ("accepted", None)


def test_a_failed_one_took_nothing_only_where_the_balance_shows_it(kling: Kling, orders: Orders) -> None:
    kling.fails = True
    orders.place_video("a", "Video", request())
    orders.ended("a")
    paid = orders._wait("a", lambda order: order.cost is not None and order.cost.credits == 0, 10).cost
    assert paid is not None
    assert paid.is_exact


def test_the_balance_is_not_asked_for_where_it_tells_nothing(kling: Kling, orders: Orders) -> None:
    kling.ends_at_once = True
    for order_id in ("a", "b"):
        orders.place_video(order_id, "Video", request(order_id))
        assert orders.ended(order_id).step == "done"
    orders.stop()  # what was under way has ended
    asked = kling.names().count("account")
    settle_cost(orders._context, "a")
    assert kling.names().count("account") == asked
