"""What all sessions share is made once, and anew after somebody has cleared it."""

from __future__ import annotations

import streamlit as st

from pages.ui.session.resources import memoized

made: list[str] = []


@memoized
@st.cache_resource(show_spinner=False)
def thing(name: str) -> object:
    made.append(name)
    if name == "broken":
        raise ValueError(name)
    return object()


def test_it_is_made_once_for_each_of_its_names() -> None:
    made.clear()
    assert thing("one") is thing("one") is not thing("another")
    assert made == ["one", "another"]


def test_it_is_made_anew_after_all_was_cleared() -> None:
    made.clear()
    first = thing("cleared")
    st.cache_resource.clear()
    assert thing("cleared") is not first
    assert made == ["cleared", "cleared"]


def test_what_could_not_be_made_is_tried_again() -> None:
    made.clear()
    for _ in range(2):
        try:
            thing("broken")
        except ValueError:
            continue
    assert made == ["broken", "broken"]
