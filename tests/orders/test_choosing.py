"""A stranger's equal task, and what cannot be told: a person chooses, and only where nobody can know."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kling.errors import Unreachable
from kling.orders import Order, Orders
from tests.orders.upstream import Kling, orders_of, request


@pytest.fixture
def kling() -> Kling:
    return Kling()


@pytest.fixture
def orders(kling: Kling, tmp_path: Path) -> Iterator[Orders]:
    with orders_of(kling, tmp_path) as orders:
        yield orders


def place_beside_a_stranger(kling: Kling, orders: Orders, arrives: bool = False) -> Order:
    """An order without an answer, while a stranger orders the same; returns it once it has ended."""
    gate = kling.gates["create"] = threading.Event()
    orders.place_video("a", "Video", request("a"))
    orders._wait("a", lambda order: order.step == "request", 10)
    del kling.gates["create"]
    kling.create_motion_video(request("a", reply_ref="a stranger's"))
    (kling.after if arrives else kling.before)["create"].append(Unreachable("no answer"))
    gate.set()
    return orders.ended("a")


def test_a_strangers_task_is_not_taken_where_its_reference_is_to_be_seen(kling: Kling, orders: Orders) -> None:
    order = place_beside_a_stranger(kling, orders)
    assert (order.step, order.task and order.task.id, len(kling.made)) == ("done", 2, 2)


def test_ours_is_found_beside_a_strangers(kling: Kling, orders: Orders) -> None:
    order = place_beside_a_stranger(kling, orders, arrives=True)
    assert (order.step, order.task and order.task.id, len(kling.made)) == ("done", 2, 2)


def test_where_nobody_can_know_a_person_is_asked_and_shown_what_there_is(kling: Kling, orders: Orders) -> None:
    kling.shows_references = False
    order = place_beside_a_stranger(kling, orders)
    assert (order.step, len(kling.made)) == ("unknown", 1)
    seen = {name: order.candidates[0][name] for name in ("id", "created", "prompt", "picture")}
    assert seen == {"id": 1, "created": 1000, "prompt": "a", "picture": "https://cdn/pending.jpg"}


def test_the_one_that_is_chosen_is_followed_to_its_end(kling: Kling, orders: Orders) -> None:
    kling.shows_references = False
    place_beside_a_stranger(kling, orders, arrives=True)
    assert len(orders.ended("a").candidates) == 2
    assert orders.choose_task("a", 2)
    order = orders.ended("a")
    assert (order.step, order.task and order.task.id, order.candidates, len(kling.made)) == ("done", 2, [], 2)


def test_what_was_none_of_them_is_made_and_they_are_not_taken_for_it_later(kling: Kling, orders: Orders) -> None:
    kling.shows_references = False
    place_beside_a_stranger(kling, orders)
    kling.get_task(1)
    kling.after["create"].append(Unreachable("no answer"))
    kling.ends_at_once = True
    assert orders.send_again("a")
    order = orders.ended("a")
    assert (order.step, order.task and order.task.id, len(kling.made)) == ("done", 2, 2)


def test_what_comes_to_light_after_a_person_looked_is_asked_about_before_it_is_sent_again(
    kling: Kling, orders: Orders
) -> None:
    kling.shows_references = False
    place_beside_a_stranger(kling, orders, arrives=True)
    assert orders.send_again("a", but_not=[1])
    order = orders._wait("a", lambda order: order.step == "unknown" and len(order.candidates) == 1, 10)
    assert ([each["id"] for each in order.candidates], len(kling.made)) == ([2], 2)


def test_looking_again_does_not_forget_what_was_doubted(kling: Kling, orders: Orders) -> None:
    kling.shows_references = False
    place_beside_a_stranger(kling, orders)
    kling.get_task(1)
    assert orders.look_again("a")
    assert orders.ended("a").step == "unknown"


def test_what_is_left_is_not_sent_and_not_said_to_be_free(kling: Kling, orders: Orders) -> None:
    kling.shows_references = False
    place_beside_a_stranger(kling, orders)
    assert orders.let_go("a")
    order = orders.ended("a")
    assert (order.step, order.is_unsure, len(kling.made)) == ("cancelled", True, 1)


def test_a_question_does_not_go_away_with_time(kling: Kling, orders: Orders) -> None:
    kling.shows_references = False
    place_beside_a_stranger(kling, orders)
    assert [order.id for order in orders.of_person("", since=4e9)] == ["a"]
