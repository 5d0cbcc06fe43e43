"""Below the table, on one line: its pages, its export and older history.

A tick leaves it as it was drawn; how many tasks there are, which is different every few seconds, the board says.
"""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling.feed import TaskList
from pages.ui import session, wording
from pages.ui.fragments import fragment
from pages.ui.session import Key
from pages.ui.tasks import board_state, export, whose
from pages.ui.tasks.board_state import BoardContext


class FooterState(NamedTuple):
    """All that decides what is drawn here."""

    is_mine: bool = False
    """Whether only this person's are shown."""
    pages: int = 0
    """Of the table; 0 without a row."""
    has_older: bool = False
    reaches_back: bool = False
    until: int | None = None
    """How far back is held, in ms since the epoch, while it is being reached back."""


DRAWN: Key[FooterState | None] = Key("below the table drawn", None)


@fragment(key="below")
def show() -> None:
    whose.draw_what_was_chosen()
    context = board_state.context()
    state = state_of(context)
    DRAWN.set(state)
    row = st.container(horizontal=True, vertical_alignment="center")
    if state.pages:
        show_table_of(state, row)
    if state.reaches_back:
        context.feeds.tasks.want_older()
        far = f" so far until {wording.day(state.until)}." if state.until else ""
        row.caption(f"Looking further back…{far}", width="content")
    elif state.has_older:
        row.button("Show older ones", icon=":material/history:", type="tertiary", on_click=want_older)


def show_table_of(state: FooterState, row: DeltaGenerator) -> None:
    """The way through it, and the way out of here."""
    if state.is_mine:
        whose.show_everybodys(row)
    if state.pages > 1:
        row.pagination(
            state.pages, key=board_state.PAGE.name, bind="query-params", **board_state.redrawing("board", "below")
        )
    with row:
        export.show()


def state_of(context: BoardContext) -> FooterState:
    """As it is now."""
    if context.tasks is None:
        return FooterState()
    has_older = not context.tasks.is_complete
    reaches_back = has_older and is_reaching_back(context)
    pages = board_state.pages(context.shown) if context.shown else 0
    until = oldest(context.tasks) if reaches_back else None
    return FooterState(board_state.whose() == "mine", pages, has_older, reaches_back, until)


def has_changed(context: BoardContext) -> bool:
    """Whether it has to be drawn again; while history is reached for, each drawing asks for the next page of it."""
    state = state_of(context)
    return state.reaches_back or state != DRAWN.get()


def is_reaching_back(context: BoardContext) -> bool:
    """Older history comes by turning to the last page, by a search that has not found enough, and to an empty list."""
    many = board_state.pages(context.shown)
    is_at_end = many > 1 and board_state.PAGE.get() == many
    return not context.tasks or is_at_end or (context.view.searches and len(context.shown) < board_state.ROWS)


def oldest(tasks: TaskList) -> int | None:
    return min((summary.created for summary in tasks if summary.created), default=None)


def want_older() -> None:
    session.feeds().tasks.want_older()
    board_state.redraw("board")
