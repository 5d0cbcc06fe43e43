"""Sentences that are put together."""

from __future__ import annotations

from typing import get_args

from kling.orders import Order
from kling.orders.records import Step
from pages.ui import wording


def test_a_batch_says_how_many_are_where_in_words_that_follow_a_number() -> None:
    orders = [Order("a", "A", 0.0, step=step) for step in ("accepted", "accepted", "request", "picture", "failed")]
    assert wording.count_steps(orders) == "2 in the making · 2 being sent · 1 failed"


def test_every_step_of_an_order_has_such_words() -> None:
    for step in get_args(Step):
        assert wording.count_steps([Order("a", "A", 0.0, step=step)]).startswith("1 ")
