"""A maker who may spend, and what has been noted of what they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
import streamlit as st
from streamlit.runtime.media_file_manager import MediaFileManager

from pages.ui.session import people
from tests.pages.app_test import Pages
from tests.pages.team import MIA, Visit, team

__all__ = ["team"]


@pytest.fixture
def mia(team: Pages) -> Iterator[Pages]:
    """The pages as a maker has them who may spend."""
    people.register().give_budget(MIA, 1000.0)
    with mock.patch.object(st, "context", Visit(MIA)):
        yield team


def noted() -> list[tuple[str, str]]:
    """What has been done, oldest first; each by the one person, from their address, just now."""
    events = people.audit().latest()[::-1]
    assert {(event.person, event.address) for event in events} <= {(MIA, Visit.ip_address)}
    assert all(abs(time.time() - event.at) < 600 for event in events)
    return [(event.what, event.about) for event in events]


@pytest.fixture
def made_on_click(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What the download buttons of the page would run on a click, by the name of the file."""
    found: dict[str, Callable[[], bytes]] = {}
    add = MediaFileManager.add_deferred

    def add_deferred(self: MediaFileManager, data: Callable[[], bytes], *args: object, **more: object) -> str:
        found[str(more["file_name"])] = data
        return add(self, data, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(MediaFileManager, "add_deferred", add_deferred)
    return found
