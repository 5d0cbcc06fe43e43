"""What came of “Refresh now”, said once the look it asked for is over."""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import streamlit as st

from kling.feed import Snapshot
from pages.ui import wording
from pages.ui.session import Key
from pages.ui.tasks.board_state import BoardContext


class Asked(NamedTuple):
    """When somebody asked, in seconds since the epoch, and which version of the tasks they saw."""

    at: float
    version: int


ASKED: Key[Asked | None] = Key("refresh asked", None)


def ask(snapshot: Snapshot[Any]) -> None:
    """A look begins now, and what comes of it is to be said."""
    ASKED.set(Asked(time.time(), snapshot.version))


def is_awaited() -> bool:
    return ASKED.get() is not None


def is_due(snapshot: Snapshot[Any]) -> bool:
    """Whether the look is over and nothing was said of it yet."""
    asked, ended = ASKED.get(), max(snapshot.fetched_at or 0.0, snapshot.failed_at or 0.0)
    return asked is not None and not snapshot.is_looking and ended >= asked.at


def tell(context: BoardContext) -> None:
    """Says it, once."""
    asked = ASKED.get()
    if asked is None or not is_due(context.snapshot):
        return
    ASKED.set(None)
    if context.snapshot.error is not None:
        st.toast(wording.explain_reading(context.snapshot.error).what, icon=":material/sync_problem:")
        return
    changes = context.feeds.tasks.changes(asked.version)
    count = len({*changes.added, *changes.changed, *changes.finished, *changes.gone})
    st.toast(wording.describe_refresh(count), icon=":material/check:")
