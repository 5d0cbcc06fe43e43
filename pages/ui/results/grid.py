"""A page of results as covers, what can be done with those chosen, and the way to older ones."""

from __future__ import annotations

import time

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling import KlingError
from kling.archive import Result
from kling.archive.bin import KEPT_DAYS
from kling.archive.library import MOST_COUNTED, Page, Place
from pages.ui import panels, session
from pages.ui.results import gallery, personal, several, view
from pages.ui.session import Key, kept
from pages.ui.wording import results as wording

EVERY = 20.0
"""Seconds after which new results are looked for."""
DRAWN: Key[Page | None] = Key("results drawn", None)


@st.fragment(key="results")
def show() -> None:
    if view.opened():
        st.rerun()
    page = read()
    if page is None:
        st.skeleton(height=300)
    elif page.results:
        show_page(page)
    else:
        show_nothing()
    if view.is_bin():
        st.caption(wording.BIN_RULES)
        personal.show()
    panels.tick(EVERY, "results tick")


def read() -> Page | None:
    """The page that the address names; that of before, with a sentence, where it cannot be read."""
    older, newer = view.place()
    try:
        page = kept.library().page(view.wanted(), older, newer)
        if newer is not None and not page.has_newer:
            page = kept.library().page(view.wanted())  # the first one, and whole
    except SQLAlchemyError:
        st.error(wording.UNREAD, icon=":material/cloud_off:")
        return DRAWN.get()
    DRAWN.set(page)
    return page


def show_page(page: Page) -> None:
    chosen = view.CHOSEN.get()
    if chosen:
        several.show(chosen)
    ids = [each.task_id for each in page.results]
    stars = kept.labels().starred(session.person(), ids)
    covers = [cover_of(each, each.task_id in stars) for each in page.results]
    doings = gallery.Doings(view.open_result, view.choose, star, turn)
    gallery.show(covers, chosen, page.has_newer, page.has_older, doings, view.SEEN.get())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Newer", icon=":material/arrow_back:", disabled=not page.has_newer, on_click=turn, args=("newer",))
        st.button("Older", icon=":material/arrow_forward:", disabled=not page.has_older, on_click=turn, args=("older",))
        st.caption(wording.count_of(kept.library().count(view.wanted()), MOST_COUNTED))


def cover_of(result: Result, is_starred: bool) -> gallery.Cover:
    note = wording.note_of(result, view.zone())
    if result.binned_at is not None:
        note = wording.days_left(result.binned_at, time.time(), KEPT_DAYS).capitalize()
    elif result.state != "kept":
        note = f"{note} · {'not kept' if result.state == 'gone' else 'being copied'}"
    return gallery.Cover(
        result.task_id,
        wording.title_of(result),
        note,
        kept.address_of(result, "cover"),
        kept.address_of(result, "video"),
        is_starred,
    )


def star(task_id: str, is_on: bool) -> None:
    try:
        kept.labels().star(session.person(), [task_id], is_on)
        kept.library().changed()
    except KlingError as error:
        st.toast(str(error), icon=":material/error:")


def turn(way: str) -> None:
    page = DRAWN.get()
    if page and page.results:
        edge = page.results[-1 if way == "older" else 0]
        view.turn_to(way, Place(edge.finished_at, edge.task_id))


def show_nothing() -> None:
    if view.is_filtered():
        st.info(wording.NONE_FITS, icon=":material/filter_alt:")
    elif view.is_bin():
        st.info(wording.BIN_EMPTY, icon=":material/delete:")
    else:
        st.info(wording.NONE_YET, icon=":material/video_library:")
        st.page_link("create.py", label="Create a video", icon=":material/movie:")
