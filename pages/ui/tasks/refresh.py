"""The heartbeat of the Tasks page: looks whether anything on it is different by now, and has only that drawn again.

The timer stands in the board. A beat that finds nothing new is sent to an empty fragment instead, and the board, with
all that is in it, stays as it was drawn.
"""

from __future__ import annotations

import functools
from pathlib import Path

import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent

from pages.ui import session
from pages.ui.session import shared
from pages.ui.tasks import below_table, board_state
from pages.ui.tasks.board_state import Look

SOON = 0.7
# A little late, so that a beat finds the feed's next look due rather than just not due.
LATE = 1.02
RESTING = 2
"""So many times rarer are the beats when all is final; they cost no call upstream."""
PACE = "tasks pace drawn"


@functools.cache
def _timer() -> CustomComponent:
    """`st_autorefresh` itself takes no callback, and only a callback can choose what is drawn again."""
    import streamlit_autorefresh  # on a page only: outside of one, its component would never be registered

    build = Path(streamlit_autorefresh.__file__).parent / "frontend" / "build"
    return declare_component("streamlit_autorefresh", path=str(build))


def start(now: Look) -> None:
    """Called last in the board: its next beat."""
    seconds = pace(now)
    session.put(PACE, seconds)
    if seconds is not None:
        _timer()(interval=int(seconds * 1000), limit=None, debounce=True, key="tasks tick", on_change=beat)


@st.fragment(key="idle")
def idle() -> None:
    """Where a beat goes that finds nothing new."""


def pace(now: Look) -> float | None:
    """Seconds to the next beat; None when it is switched off."""
    if now.snapshot.is_looking and now.snapshot.failing_since is None:
        return SOON
    if not session.get("tasks refresh", True):
        return None
    unfinished = now.tasks is None or bool(now.tasks.unfinished)
    if unfinished and shared.settings().public_url:
        return SOON  # Kling tells us the moment something changes, and then nobody should have to wait
    return now.feeds.refresh_seconds * LATE * (1 if unfinished else RESTING)


def beat() -> None:
    """Runs before anything is drawn, and decides what is."""
    seen, now = board_state.seen_versions(), board_state.look()
    board_state.announce(now)
    parts = {"chosen": has_chosen_moved(now), "below": below_table.has_moved(now)}
    moved = [name for name, has_moved in parts.items() if has_moved]
    if moved or now.versions != seen or pace(now) != session.get(PACE):
        board_state.redraw("board", *moved)
    else:
        board_state.redraw("idle")


def has_chosen_moved(now: Look) -> bool:
    """Whether one of those chosen has changed since they were drawn, which may be longer ago than the board."""
    chosen = session.chosen_tasks()
    if not chosen:
        return False
    changes = now.feeds.tasks.changes(session.get(board_state.CHOSEN_SEEN, 0))
    return not changes.is_whole or any(task_id in changes for task_id in chosen)
