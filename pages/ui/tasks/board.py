"""The table with what belongs to it: the numbers, trouble, what is being sent."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling.feed import TaskList
from pages.ui import panels, session
from pages.ui.fragments import fragment
from pages.ui.tasks import board_state, finished, metrics, refresh, refresh_result, table, whose
from pages.ui.tasks.board_state import BoardContext


@fragment(key="board")
def show(numbers: DeltaGenerator, count: DeltaGenerator) -> None:
    """Draws what is known; it waits for nothing. `numbers` stand above it, `count` below."""
    whose.draw_what_was_chosen()
    context = board_state.context_of_board()
    board_state.DRAWN_VERSIONS.set(context.versions)
    board_state.drawn().context = context
    metrics.show(numbers, context)
    panels.show_trouble(context.snapshot)
    panels.show_slow(context.snapshot)
    refresh_result.tell(context)
    finished.tell(context)
    panels.show_under_way(session.person() if board_state.whose() == "mine" else None)
    if panels.is_loading([context.snapshot]):
        panels.show_waiting(300, context.snapshot)
    elif context.tasks is not None:
        show_tasks(context, context.tasks)
    show_count(count, len(context.shown))
    refresh.schedule(context)


def show_tasks(context: BoardContext, tasks: TaskList) -> None:
    if context.shown:
        table.show(board_state.page_of(context.shown), table.setting_of(context), board_state.chooses_several())
    elif tasks and board_state.whose() == "mine":
        row = st.container(horizontal=True, vertical_alignment="center")
        row.info("None of these tasks is yours, or none of yours fits the filters.", icon=":material/person:")
        whose.show_everybodys(row)
    elif tasks:
        st.info("No task fits the filters.", icon=":material/filter_alt:")
    else:
        st.info("Nothing here yet. Videos you make and motions you upload appear in this list.")
        st.page_link("create.py", label="Create a video", icon=":material/movie:")


def show_count(place: DeltaGenerator, count: int) -> None:
    if count:
        place.caption(describe_count(count, board_state.whose() == "mine"), width="content")
    else:
        place.empty()  # a part may only fill places that it took when the whole page was drawn


def describe_count(count: int, is_mine: bool) -> str:
    return f"{count:,} {'task' if count == 1 else 'tasks'}{' of yours' if is_mine else ''}"
