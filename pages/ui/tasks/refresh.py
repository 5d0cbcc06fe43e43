"""The ticks of the Tasks page: looks whether anything on it is different by now, and has only that drawn again.

The timer stands in the board. A tick that finds nothing new is sent to an empty fragment instead, and the board, with
all that is in it, stays as it was drawn.
"""

from __future__ import annotations

import random

from pages import streamlit_internals
from pages.ui import panels, session
from pages.ui.fragments import fragment
from pages.ui.session import Key, shared
from pages.ui.tasks import board_state, footer, refresh_result
from pages.ui.tasks.board_state import BoardContext

SOON_SECONDS = 0.7
# A little late, so that a tick finds the feed's next look due rather than just not due.
LATE_FACTOR = 1.02
IDLE_FACTOR = 2
"""Ticks are so many times rarer when all is final; they cost no call upstream."""
DRAWN_INTERVAL: Key[float | None] = Key("tasks refresh interval drawn", None)
WAS_SLOW: Key[bool] = Key("tasks were said to be slow", False)
HAS_OWN_PHASE: Key[bool] = Key("tasks refresh has its own phase", False)


def schedule(context: BoardContext) -> None:
    """Called last in the board: schedules its next tick."""
    seconds = refresh_interval(context)
    if seconds is not None and seconds > SOON_SECONDS and not HAS_OWN_PHASE.get():
        # After a restart all browsers come back in the same moment, and would tick in the same moment from then on.
        seconds = random.uniform(SOON_SECONDS, seconds)
        HAS_OWN_PHASE.set(True)
    DRAWN_INTERVAL.set(seconds)
    WAS_SLOW.set(panels.is_slow(context.snapshot))
    if seconds is not None:
        streamlit_internals.tick(seconds, "tasks tick", on_tick)


@fragment(key="idle")
def idle() -> None:
    """Where a tick goes that finds nothing new."""


def refresh_interval(context: BoardContext) -> float | None:
    """Seconds to the next tick; None when it is switched off."""
    if refresh_result.is_awaited() or (context.snapshot.is_looking and context.snapshot.failing_since is None):
        return SOON_SECONDS
    if not board_state.REFRESHES.get():
        return None
    unfinished = context.tasks is None or bool(context.tasks.unfinished)
    if unfinished and shared.settings().public_url:
        return SOON_SECONDS  # Kling tells us the moment something changes, and then nobody should have to wait
    return context.feeds.refresh_seconds * LATE_FACTOR * (1 if unfinished else IDLE_FACTOR)


def on_tick() -> None:
    """Runs before anything is drawn, and decides what is."""
    seen, context = board_state.DRAWN_VERSIONS.get(), board_state.context()
    parts = {
        "chosen": has_chosen_changed(context),
        "below": footer.has_changed(context),
    }
    changed = [name for name, has_changed in parts.items() if has_changed]
    is_told = refresh_result.is_due(context.snapshot)
    if changed:
        board_state.redraw("board", *changed)
    elif is_told or context.versions != seen or is_said_otherwise(context):
        board_state.keep_for_board(context)  # which alone is drawn, in whose run this is
    else:
        board_state.redraw("idle")


def is_said_otherwise(context: BoardContext) -> bool:
    """Whether the board ticks faster or slower by now, or what it says of the service's answers is no longer true."""
    return refresh_interval(context) != DRAWN_INTERVAL.get() or panels.is_slow(context.snapshot) != WAS_SLOW.get()


def has_chosen_changed(context: BoardContext) -> bool:
    """Whether one of those chosen has changed since they were drawn, which may be longer ago than the board."""
    chosen = session.chosen_tasks()
    if not chosen:
        return False
    changes = context.feeds.tasks.changes(board_state.CHOSEN_VERSION.get())
    return not changes.is_whole or any(task_id in changes for task_id in chosen)
