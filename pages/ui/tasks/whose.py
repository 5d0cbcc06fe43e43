"""From one's own tasks to everybody's, by a button below them."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui.session import Key
from pages.ui.tasks import board_state

CHOSEN = Key("whose tasks chosen below them", False)


def show_everybodys(row: DeltaGenerator) -> None:
    row.button("Show everybody's", icon=":material/group:", type="tertiary", on_click=choose_everybodys)


def choose_everybodys() -> None:
    CHOSEN.set(True)


def draw_what_was_chosen() -> None:
    """In whichever part of the page has the button."""
    if CHOSEN.get():
        st.rerun()  # the whole page: only so does the browser's filter, and the address, come to say the same


def set_what_was_chosen() -> None:
    """Right before the filter is drawn: a tick on its way would set again what the filter said before."""
    if CHOSEN.get():
        CHOSEN.set(False)
        board_state.WHOSE.set("all")
