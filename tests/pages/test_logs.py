"""What the log says of an order, from the click to Kling, can be found by the order's id."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from kling.logs import OneLine
from pages.ui.session import shared
from tests.pages.app_test import Pages
from tests.pages.test_create import BUTTON, ready


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    ours, stream = logging.getLogger("kling"), io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(OneLine())
    ours.addHandler(handler)
    level = ours.level
    ours.setLevel(logging.INFO)
    yield stream
    ours.removeHandler(handler)
    ours.setLevel(level)


def test_the_id_of_an_order_goes_through_page_line_and_client(pages: Pages, log: io.StringIO) -> None:
    ready(pages)
    order_id = pages.at.session_state["draft"].id
    pages.press(BUTTON)
    events = [json.loads(line) for line in log.getvalue().splitlines()]
    told = [event["message"] for event in events if event.get("order") == order_id]
    in_order = ["was placed", "POST /assets/", "about to leave", "POST /videos/motion-create: ok", "has the order as"]
    found = [next(number for number, each in enumerate(told) if words in each) for words in in_order]
    assert found == sorted(found)
    assert not [event for event in events if "order" not in event and "motion-create" in event["message"]]
    assert shared.token() not in log.getvalue()
