"""Choose a character that was saved at Kling: by name and picture, or typed where they cannot be listed."""

from __future__ import annotations

import streamlit as st

from kling import Element, KlingError, ReferenceMotionRequest
from pages.ui import panels, picker, session, wording
from pages.ui.fragments import fragment
from pages.ui.session import shared

HELP = ReferenceMotionRequest.help("element_1")


@fragment()
def choose(shown: str) -> None:
    """`shown` is the id of the one chosen when the page was drawn; another choice draws the page again."""
    if session.option("element") != shown:
        st.rerun()
    snapshot = session.latest("elements")
    elements: list[Element] = snapshot.value or []
    if panels.is_loading([snapshot]):
        panels.show_waiting(120, snapshot)
    elif snapshot.value is None and snapshot.error is not None:
        type_one(snapshot.error)
    elif shown:
        show_chosen(next((each for each in elements if each.key == shown), None), shown)
    elif elements:
        show_cards(elements)
    else:
        st.caption(wording.NO_CHARACTERS)
    if snapshot.value is not None:
        panels.show_trouble(snapshot, place="characters")
    panels.tick(panels.refresh_interval([snapshot], 60), "characters")


def type_one(why: KlingError) -> None:
    """Nothing that a video needs is missing, so this is no alarm."""
    st.caption(wording.explain_no_characters(why))
    st.text_input("Saved character", key=session.option_key("element"), persist_state="session", help=HELP)
    st.button("Try now", icon=":material/refresh:", on_click=session.refresh_lists, key="try now characters")


def show_chosen(element: Element | None, key: str) -> None:
    """The character in the request, and the way back; one that was typed may not be in the list."""
    row = st.container(horizontal=True, vertical_alignment="center")
    cover = session.address(element.cover_url) if element else None
    if cover:
        row.image(cover, alt="The character", width=96)
    row.markdown(f"**{wording.plain((element and element.name) or key)}**")
    row.button("Take it out", icon=":material/close:", on_click=session.choose_character, args=("",))


def show_cards(elements: list[Element]) -> None:
    stars = shared.favourites().of(session.person())
    cards = [
        picker.Card(
            each.key,
            each.name or f"Character {number}",
            session.address(each.cover_url),
            words=f"{each.description or ''} {each.key}",
            star=each.key in stars,
        )
        for number, each in enumerate(elements, 1)
    ]
    st.caption(HELP)
    picker.show("characters picker", cards, session.choose_character, "No character fits.")
