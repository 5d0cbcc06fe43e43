"""Nothing is deleted by one click: the button asks, and the answer is a red button or a way back."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.ui.session import Key

ASKED = Key("deletion asked", "")
"""What this person is asked about, by the name that a page gives it."""


def show_button(what: str) -> None:
    st.button("Delete", icon=":material/delete:", key=f"ask {what}", on_click=ASKED.set, args=(what,))


def show_question(what: str, sentence: str, label: str, delete: Callable[[], None]) -> None:
    """Once the button was pressed: what goes, and who loses it; `label` is the red button's."""
    if ASKED.get() != what:
        return

    def confirmed() -> None:
        ASKED.set("")
        delete()

    with st.container(border=True, key="deletion"):
        st.markdown(sentence)
        with st.container(horizontal=True):
            st.button(label, type="primary", icon=":material/delete:", key=f"delete {what}", on_click=confirmed)
            st.button("Cancel", key=f"keep {what}", on_click=ASKED.set, args=("",))
