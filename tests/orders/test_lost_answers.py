"""A paid request without a good answer: found at Kling, sent again only where that is safe, or asked about."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kling.errors import (
    BadRequest,
    KlingError,
    Refused,
    ServerError,
    UnexpectedAnswer,
    Unreachable,
)
from kling.orders import Orders
from tests.orders.upstream import LOST, PICTURE, QUICK, Kling, orders_of, request, when


@pytest.mark.parametrize("is_over", [True, False])
@pytest.mark.parametrize("error", LOST, ids=str)
def test_a_request_whose_answer_is_lost_is_found_and_not_sent_again(
    kling: Kling, orders: Orders, error: KlingError, is_over: bool
) -> None:
    kling.ends_at_once = is_over
    kling.after["create"].append(error)
    orders.place_video("a", "Video", request())
    order = orders.ended("a")
    assert (order.step, len(kling.made), order.error) == ("done", 1, None)


@pytest.mark.parametrize("error", [each for each in LOST if not isinstance(each, UnexpectedAnswer)], ids=str)
def test_a_request_that_was_certainly_not_received_is_sent_again(
    kling: Kling, orders: Orders, error: KlingError
) -> None:
    kling.before["create"].append(error)
    orders.place_video("a", "Video", request())
    assert orders.ended("a").step == "done"
    assert (len(kling.sent()), len(kling.made)) == (2, 1)


def test_a_request_that_never_left_is_sent_again_without_a_look(kling: Kling, orders: Orders) -> None:
    kling.before["asset"].append(Unreachable("refused", sent=False))
    orders.place_video("a", "Video", request(), PICTURE)
    assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


def test_after_silence_it_is_not_sent_again_and_a_person_decides(kling: Kling, tmp_path: Path) -> None:
    silent = type(QUICK)(**{**vars(QUICK), "silence": 0.0})
    with orders_of(kling, tmp_path, pace=silent) as orders:
        kling.before["create"].append(Unreachable("no answer in time"))
        orders.place_video("a", "Video", request())
        order = orders.ended("a")
        assert (order.step, len(kling.sent())) == ("unknown", 1)
        assert order.may_have_been_received
        assert order.seen["is_complete"] is True
        assert orders.send_again("a")
        assert not orders.send_again("a")
        assert orders.ended("a").step == "done"
        assert len(kling.made) == 1


def test_an_unknown_one_can_be_let_go(kling: Kling, orders: Orders) -> None:
    kling.before["create"].append(UnexpectedAnswer("half"))
    orders.place_video("a", "Video", request())
    assert orders.ended("a").step == "unknown"
    assert orders.let_go("a")
    assert orders.ended("a").step == "cancelled"
    assert kling.made == []


def test_a_look_that_fails_is_looked_again(kling: Kling, orders: Orders) -> None:
    kling.before["create"].append(ServerError(503, "down"))
    kling.gates["create"] = threading.Event()
    orders.place_video("a", "Video", request())
    when(orders, "a", lambda step: step == "request")
    kling.before["tasks"].extend([ServerError(503, "down")] * 5)
    kling.gates["create"].set()
    assert orders.ended("a").step == "done"
    assert (len(kling.sent()), len(kling.made)) == (2, 1)


def test_what_another_order_holds_is_not_taken(kling: Kling, orders: Orders) -> None:
    """Two alike, one answer lost before anything was made: the other's task must not be taken for it."""
    kling.shows_references = False
    kling.before["create"].append(ServerError(502, "bad gateway"))
    for order_id in ("a", "b"):
        orders.place_video(order_id, "Video", request("the same"))
    tasks = {orders.ended(order_id).task.id for order_id in ("a", "b")}  # type: ignore[union-attr]
    assert tasks == {1, 2}
    assert len(kling.made) == 2


@pytest.mark.parametrize("error", [BadRequest(400, "no"), Refused(422, "words"), Refused(500, "CM_EXT")], ids=str)
def test_a_refusal_ends_it_at_once_with_the_reason(kling: Kling, orders: Orders, error: KlingError) -> None:
    kling.before["create"].append(error)
    orders.place_video("a", "Video", request())
    order = orders.ended("a")
    assert (order.step, str(order.error), len(kling.sent())) == ("refused", str(error), 1)


def test_no_request_goes_out_for_a_picture_that_is_gone(kling: Kling, orders: Orders, tmp_path: Path) -> None:
    kling.before["asset"].append(Unreachable("no answer"))
    kling.gates["asset"] = threading.Event()
    orders.place_video("a", "Video", request(), PICTURE)
    assert kling.entered.wait(10)
    (tmp_path / "a.picture").unlink()
    kling.gates["asset"].set()
    assert orders.ended("a").step == "refused"
    assert kling.made == []
