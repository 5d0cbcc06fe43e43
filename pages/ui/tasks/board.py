"""The table with what belongs to it: the numbers, trouble, what is being sent."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling.feed import TaskList
from pages.ui import panels
from pages.ui.tasks import board_state, metrics, refresh, table
from pages.ui.tasks.board_state import BoardContext


@st.fragment(key="board")
def show(numbers: DeltaGenerator) -> None:
    """Draws what is known; it waits for nothing."""
    context = board_state.context()
    board_state.DRAWN_VERSIONS.set(context.versions)
    board_state.drawn().context = context
    metrics.show(numbers, context)
    panels.show_trouble(context.snapshot)
    panels.show_under_way()
    if panels.is_loading([context.snapshot]):
        st.skeleton(height=300)
    elif context.tasks is not None:
        show_tasks(context, context.tasks)
    refresh.schedule(context)


def show_tasks(context: BoardContext, tasks: TaskList) -> None:
    if context.shown:
        table.show(board_state.page_of(context.shown), table.setting_of(context), board_state.chooses_several())
        st.caption(f"{len(context.shown):,} {'task' if len(context.shown) == 1 else 'tasks'}")
    elif tasks:
        st.info("No task fits the filters.", icon=":material/filter_alt:")
    else:
        st.info("Nothing here yet. Videos you make and motions you upload appear in this list.")
        st.page_link("create.py", label="Create a video", icon=":material/movie:")
