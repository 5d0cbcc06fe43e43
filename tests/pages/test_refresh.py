"""When the Tasks page ticks, without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pages import streamlit_internals
from pages.ui import panels
from pages.ui.session import shared
from pages.ui.tasks import board_state, refresh
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox


def test_browsers_that_come_back_together_do_not_tick_together(
    sandbox: Sandbox, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[list[float]] = []
    monkeypatch.setattr(
        streamlit_internals, "tick", lambda seconds, key, *_: drawn[-1].append(seconds) if key == "tasks tick" else None
    )
    for person in (pages, Pages(sandbox)):
        drawn.append([])
        person.open("tasks.py")
        person.at.run()
    regular = drawn[0][-1]
    begun = [next(seconds for seconds in each if seconds > refresh.SOON_SECONDS) for each in drawn]
    assert begun[0] != begun[1]
    assert all(seconds < regular for seconds in begun)
    assert all(each[-1] == regular for each in drawn)


def test_a_tick_has_the_board_drawn_once_the_service_is_silent_for_long(
    sandbox: Sandbox, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[str, ...]] = []

    def tick(seconds: float, key: str, on_tick: Callable[[], None] | None = None) -> None:
        if key != "tasks tick" or on_tick is None:
            return
        for patience in (60.0, 0.0):
            monkeypatch.setattr(panels, "SLOW_SECONDS", patience)
            on_tick()
            drawn.append(("tick",))

    sandbox.task()
    pages.open("tasks.py")
    sandbox.lever("trouble", kind="slow", seconds=2.0, method="GET", path="/tasks", times=1)
    shared.feeds(None).tasks.look_again()
    monkeypatch.setattr(streamlit_internals, "tick", tick)
    monkeypatch.setattr(board_state, "redraw", lambda *parts: drawn.append(parts))
    pages.at.run()
    assert drawn == [("idle",), ("tick",), ("tick",)]  # the board itself is drawn by the second one
    pages._lists_settled()
