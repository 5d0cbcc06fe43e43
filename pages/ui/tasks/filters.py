"""Which tasks to show and in which order. Every choice stands in the address, so a link shows a colleague the same."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import session
from pages.ui.fragments import fragment
from pages.ui.tasks import board_state, refresh_result, whose
from pages.ui.tasks.query import KINDS, SORTS, STATES, USUAL_KINDS, View

REDRAWS = board_state.redrawing("board", "below")
FURTHER = ("sort", "kind", "whose", "day")


@fragment(key="filters")
def show() -> None:
    """Redraws only the table and what stands below it; the ticks never touch it, so nothing half-typed is lost."""
    whose.set_what_was_chosen()
    row = st.container(horizontal=True, vertical_alignment="center", key="task-filters")
    row.text_input(
        "Search",
        key=board_state.WORDS.name,
        placeholder="Search by words or number",
        label_visibility="collapsed",
        icon=":material/search:",
        live=True,
        bind="query-params",
        width=260,
        **REDRAWS,
    )
    drawer = row.popover("More filters", icon=":material/tune:", key="more filters", on_change="rerun")
    if drawer.open or is_set_further():
        with drawer:
            show_more()
    row.pills(
        "State",
        list(STATES),
        selection_mode="multi",
        format_func=STATES.__getitem__,
        key=board_state.STATE.name,
        label_visibility="collapsed",
        bind="query-params",
        **REDRAWS,
    )
    if board_state.has_several_people():
        show_whose(row)
    show_doing(row)


def is_set_further() -> bool:
    """Whether a filter in the closed drawer says something: only then is it drawn, and keeps what it says."""
    further, in_drawer = replace(board_state.view(), words="", states=()), {*FURTHER}
    if board_state.has_several_people():
        further, in_drawer = replace(further, whose=View().whose), in_drawer - {"whose"}
    return further != View() or any(name in st.query_params for name in in_drawer)


def show_more() -> None:
    st.selectbox(
        "Order",
        list(SORTS),
        format_func=SORTS.__getitem__,
        key=board_state.SORT.name,
        bind="query-params",
        **REDRAWS,
    )
    st.pills(
        "Kind",
        list(KINDS),
        selection_mode="multi",
        default=list(USUAL_KINDS),
        format_func=KINDS.__getitem__,
        key=board_state.KIND.name,
        bind="query-params",
        help="The account's other tasks, such as pictures made in the app, are under everything else.",
        **REDRAWS,
    )
    if not board_state.has_several_people():
        show_whose(st.container())
    st.date_input(
        "Started on",
        value=None,
        key=board_state.DAY.name,
        bind="query-params",
        **REDRAWS,
    )


def show_whose(place: DeltaGenerator) -> None:
    """Mine, everybody's, or those of one by name."""
    options = board_state.whose_options()
    place.selectbox(
        "Whose",
        list(options),
        list(options).index(board_state.usual_whose()),
        format_func=options.__getitem__,
        key=board_state.WHOSE.name,
        label_visibility="collapsed",
        bind="query-params",
        width=190,
        **REDRAWS,
    )


def show_doing(row: DeltaGenerator) -> None:
    row.toggle("Choose several", key=board_state.SEVERAL.name, on_change=leave_several)
    row.toggle(
        "Refresh by itself",
        value=True,
        key=board_state.REFRESHES.name,
        persist_state="session",
        **REDRAWS,
    )
    row.button("Refresh now", icon=":material/refresh:", on_click=look_now)


def leave_several() -> None:
    """Going back to one at a time keeps the first of those chosen."""
    if not board_state.chooses_several():
        session.choose_tasks(session.chosen_tasks()[:1])
    board_state.redraw("board", "below", "chosen")


def look_now() -> None:
    refresh_result.ask(board_state.tasks())
    session.refresh_tasks()
    board_state.tasks()
    board_state.redraw("board", "below")
