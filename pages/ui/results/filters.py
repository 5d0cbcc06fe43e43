"""Which results to show. Every choice stands in the address, so a link shows a colleague the same."""

from __future__ import annotations

import streamlit as st

from pages.ui.results import view
from pages.ui.results.projects import offer_renaming
from pages.ui.session import archived
from pages.ui.wording import results as wording

SHOWN = {"results": "Results", view.BIN: "Bin"}


def show() -> None:
    row = st.container(horizontal=True, vertical_alignment="bottom", key="result-filters")
    row.text_input(
        "Search", key=view.WORDS.name, placeholder="Search descriptions, names and tags", width=300, live=True,
        label_visibility="collapsed", icon=":material/search:", bind="query-params", on_change=view.first_page,
    )  # fmt: skip
    with row:
        projects = view.projects()
        choose("Project", view.PROJECT.name, projects, "Any project")
    offer_renaming(row)
    row.toggle("With my star", key=view.STARRED.name, bind="query-params", on_change=view.first_page)
    drawer = row.popover("More filters", icon=":material/tune:", key="more result filters", on_change="rerun")
    if drawer.open or is_set_further():
        with drawer:
            show_more()
    row.segmented_control(
        "Show", list(SHOWN), default="results", required=True, format_func=SHOWN.__getitem__, key=view.SHOWN.name,
        label_visibility="collapsed", bind="query-params", on_change=change_room,
    )  # fmt: skip
    show_picture_filter()


def is_set_further() -> bool:
    """Whether a filter in the closed drawer says something: only then is it drawn, and keeps what it says."""
    return any(key.get() is not None or key.name in st.query_params for key in view.FURTHER)


def show_more() -> None:
    choose("When", view.WHEN.name, wording.WHENS, "Any time")
    choose("Made by", view.PERSON.name, {each: view.made_by(each) for each in archived.library().people()}, "Anybody")
    choose("Tag", view.TAG.name, {tag: tag for tag in archived.library().tags()}, "Any tag")
    choose("Motion", view.MOTION.name, distinct(archived.library().motions() | named_now()), "Any motion")


def choose(label: str, key: str, options: dict[str, str], none: str) -> None:
    st.selectbox(
        label, list(options), index=None, format_func=lambda each: options.get(each, each), key=key, placeholder=none,
        bind="query-params", on_change=view.first_page, width=200 if label == "Project" else "stretch",
        label_visibility="collapsed" if label == "Project" else "visible",
    )  # fmt: skip


def named_now() -> dict[str, str]:
    """The motions used that have a name by now."""
    used = archived.library().motions()
    return {key: name for key, name in view.motion_names().items() if key in used}


def distinct(names: dict[str, str]) -> dict[str, str]:
    """Each name once: those alike and those without one with their number."""
    found: dict[str, str] = {}
    for key, name in names.items():
        alone = name and name not in found.values()
        found[key] = name if alone else f"{name or 'Motion'} ({key.rsplit('/', 1)[-1][-12:]})"
    return found


def change_room() -> None:
    view.choose(())
    view.first_page()


def show_picture_filter() -> None:
    """Set by “Others of this picture”, and taken away here."""
    if st.query_params.get("picture"):
        st.button("Only of one picture", icon=":material/close:", on_click=forget_picture, help="Show all again")


def forget_picture() -> None:
    st.query_params.pop("picture", None)
    view.first_page()
