"""The table with what belongs to it: the numbers, trouble, what is being sent, news."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling.feed import TaskList
from pages.ui import panels, session, wording
from pages.ui.tasks import board_state, metrics, refresh, table
from pages.ui.tasks.board_state import Look


@st.fragment(key="board")
def show(numbers: DeltaGenerator) -> None:
    """Draws what is known; it waits for nothing."""
    now = board_state.look()
    session.put(board_state.SEEN, now.versions)
    board_state.drawn().look = now
    session.put(board_state.ANNOUNCED, session.get(board_state.ANNOUNCED, now.versions.tasks))
    announce_finished(now)
    metrics.show(numbers, now)
    panels.show_trouble(now.snapshot)
    panels.show_under_way()
    if panels.is_first_look([now.snapshot]):
        st.skeleton(height=300)
    elif now.tasks is not None:
        show_tasks(now, now.tasks)
    refresh.start(now)


def show_tasks(now: Look, tasks: TaskList) -> None:
    if now.shown:
        table.show(board_state.page_of(now.shown), table.setting_of(now), board_state.chooses_several())
        st.caption(f"{len(now.shown):,} {'task' if len(now.shown) == 1 else 'tasks'}")
    elif tasks:
        st.info("No task fits the filters.", icon=":material/filter_alt:")
    else:
        st.info("Nothing here yet. Videos you make and motions you upload appear in this list.")
        st.page_link("create.py", label="Create a video", icon=":material/movie:")


def announce_finished(now: Look) -> None:
    """A word for what was finished while this page was open: by name if it is one, else how many."""
    found = [
        summary for task_id in board_state.take_announcements() if now.tasks and (summary := now.tasks.get(task_id))
    ]
    if len(found) == 1:
        state = wording.state_of(found[0])
        told = wording.plain(wording.describe(found[0], dict(now.known.names)))
        st.toast(f"{wording.plain(state.label)}: {told}", icon=state.icon)
    elif found:
        st.toast(f"{len(found)} tasks are finished.", icon=":material/done_all:")
