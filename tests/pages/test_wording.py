"""Sentences that are put together."""

from __future__ import annotations

from typing import get_args

from kling.orders.records import Step
from pages.ui import wording
from pages.ui.wording.files import name_zip


def test_a_batch_says_how_many_are_where_in_words_that_follow_a_number() -> None:
    steps = {"failed": 1, "accepted": 2, "request": 1, "picture": 1}
    assert wording.count_steps(steps) == "2 being sent · 2 in the making · 1 failed"


def test_every_step_of_an_order_has_such_words() -> None:
    for step in get_args(Step):
        assert wording.count_steps({step: 1}).startswith("1 ")


def test_what_a_zip_leaves_out_is_said_before_it_is_pressed() -> None:
    assert [name_zip(count, 200) for count in (1, 200, 1340)] == [
        "Download 1 video as one zip", "Download 200 videos as one zip", "Download the first 200 of 1,340 as one zip",
    ]  # fmt: skip
