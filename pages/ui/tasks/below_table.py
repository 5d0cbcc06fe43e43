"""Below the table: its pages, its export and older history. A beat that only moves rows leaves it as it was drawn."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from kling.feed import TaskList
from pages.ui import session, wording
from pages.ui.tasks import board_state, export
from pages.ui.tasks.board_state import Look

DRAWN = "below the table drawn"


class Standing(NamedTuple):
    """All that decides what is drawn here."""

    pages: int = 0
    """Of the table; 0 without a row."""
    has_older: bool = False
    reaches_back: bool = False
    until: int | None = None
    """How far back is held, in ms since the epoch, while it is being reached back."""


@st.fragment(key="below")
def show() -> None:
    now = board_state.look()
    standing = standing_of(now)
    session.put(DRAWN, standing)
    if standing.pages:
        row = st.container(horizontal=True, vertical_alignment="center", key="below-table")
        if standing.pages > 1:
            row.pagination(standing.pages, key="page", bind="query-params", **board_state.redrawing("board", "below"))
        with row:
            export.show()
    if standing.reaches_back:
        now.feeds.tasks.want_older()
        far = f" so far until {wording.day(standing.until)}." if standing.until else ""
        st.caption(f"Looking further back…{far}")
    elif standing.has_older:
        st.button("Show older ones", icon=":material/history:", type="tertiary", on_click=want_older)


def standing_of(now: Look) -> Standing:
    """As it is now."""
    if not now.tasks:
        return Standing()
    has_older = not now.tasks.is_complete
    reaches_back = has_older and is_reaching_back(now)
    pages = board_state.pages(now.shown) if now.shown else 0
    return Standing(pages, has_older, reaches_back, oldest(now.tasks) if reaches_back else None)


def has_moved(now: Look) -> bool:
    """Whether it has to be drawn again; while history is reached for, each drawing asks for the next page of it."""
    standing = standing_of(now)
    return standing.reaches_back or standing != session.get(DRAWN)


def is_reaching_back(now: Look) -> bool:
    """Older history comes by turning to the last page, or by a search that has not found enough."""
    many = board_state.pages(now.shown)
    is_at_end = many > 1 and session.get("page") == many
    return is_at_end or (board_state.view().searches and len(now.shown) < board_state.ROWS)


def oldest(tasks: TaskList) -> int | None:
    return min((summary.created for summary in tasks if summary.created), default=None)


def want_older() -> None:
    session.feeds().tasks.want_older()
    board_state.redraw("board")
