"""When the Tasks page ticks, without a browser."""

from __future__ import annotations

import pytest

from pages import streamlit_internals
from pages.ui.tasks import refresh
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
    regular = drawn[0][-1]
    begun = [next(seconds for seconds in each if seconds > refresh.SOON_SECONDS) for each in drawn]
    assert begun[0] != begun[1]
    assert all(seconds < regular for seconds in begun)
    assert all(each[-1] == regular for each in drawn)
