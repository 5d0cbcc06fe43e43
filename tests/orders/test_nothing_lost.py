"""What stops and starts again, or vanishes at Kling: no order is lost, and its error is kept as it was."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kling.errors import (
    AccountBroken,
    BadRequest,
    KlingError,
    NotFound,
    RateLimited,
    Unreachable,
)
from kling.orders import Orders
from kling.orders.records import error_from_json, error_to_json
from tests.orders.upstream import LOST, PICTURE, Kling, everything_in, orders_of, request


def test_orders_go_on_after_a_stop_in_any_step_and_are_sent_once(kling: Kling, tmp_path: Path) -> None:
    with orders_of(kling, tmp_path) as orders:
        kling.gates["asset"] = threading.Event()
        kling.before["asset"].append(Unreachable("cut off"))
        orders.place_video("a", "Video", request("a"), PICTURE)
        assert kling.entered.wait(10)
        orders._context.stopping.set()
    with orders_of(kling, tmp_path) as orders:
        assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


def test_a_request_cut_off_while_it_was_sent_is_looked_for_by_the_next_start(kling: Kling, tmp_path: Path) -> None:
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request("a"))
        orders.ended("a")
        orders._context.repository.update("a", step="request", task_id=None, accepted_at=None, ended_at=None, run=1)
        orders._context.repository.update("a", worker="somebody who died")
    with orders_of(kling, tmp_path) as orders:
        assert orders.ended("a").step == "done"
    assert len(kling.sent()) == 1


def test_a_task_that_is_gone_ends_the_order(kling: Kling, orders: Orders) -> None:
    kling.ends = False
    orders.place_video("a", "Video", request())
    orders._wait("a", lambda order: order.is_accepted, 30)
    kling.made.clear()
    assert orders.ended("a").step == "gone"


def test_a_task_that_is_not_known_at_first_is_asked_for_again(kling: Kling, orders: Orders) -> None:
    kling.before["task"].extend(NotFound(404, "no such task") for _ in range(2))
    orders.place_video("a", "Video", request())
    assert orders.ended("a").step == "done"


def test_a_practice_api_started_anew_has_forgotten_and_the_orders_say_so(kling: Kling, tmp_path: Path) -> None:
    kling.ends = False
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request())
        orders.settled("a")
    with orders_of(Kling(), tmp_path, forgets=True) as orders:
        order = orders.ended("a")
        assert (order.step, "forgotten" in str(order.error)) == ("gone", True)


def test_orders_of_the_practice_api_never_reach_kling(kling: Kling, tmp_path: Path) -> None:
    practice = Kling()
    practice.gates["tasks"] = threading.Event()
    with orders_of(practice, tmp_path, service="practice") as orders:
        orders.place_video("a", "Video", request())
        assert practice.entered.wait(10)
        orders._context.stopping.set()
    with orders_of(kling, tmp_path, service="https://live") as orders:
        orders.place_video("b", "Video", request())
        orders.ended("b")
        assert orders.get("a") is None
    assert len(kling.made) == 1


def test_there_is_no_token_in_what_is_written(tmp_path: Path) -> None:
    kling = Kling()
    kling.before["create"].append(BadRequest(400, "no", body={"all": "of it"}))
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request("words that are kept"), PICTURE)
        orders.ended("a")
        written = everything_in(tmp_path)
    assert "words that are kept" in written
    assert "Bearer" not in written
    assert "user:" not in written


@pytest.mark.parametrize("error", [*LOST, BadRequest(400, {"message": "x"}), RateLimited(429), AccountBroken(596)])
def test_an_error_is_kept_as_it_was(error: KlingError) -> None:
    kept = error_from_json(error_to_json(error))
    assert (type(kept), str(kept)) == (type(error), str(error))
