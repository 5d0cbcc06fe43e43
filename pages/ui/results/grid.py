"""A page of results as covers, what can be done with those chosen, and the way to older ones."""

from __future__ import annotations

import time
from dataclasses import dataclass

import streamlit as st

from kling import KlingError
from kling.archive import Result
from kling.archive.bin import KEPT_DAYS
from kling.archive.library import MOST_COUNTED, Page, Place
from pages.ui import panels, session
from pages.ui.fragments import fragment
from pages.ui.results import gallery, personal, several, view
from pages.ui.session import Key, archived
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.wording import plain
from pages.ui.wording import results as wording

EVERY = 20.0
"""Seconds after which new results are looked for."""


@dataclass(frozen=True)
class Drawn:
    """A page as it was read: it stays on the screen while the database does not answer."""

    page: Page
    covers: tuple[gallery.Cover, ...]
    count: int


DRAWN: Key[Drawn | None] = Key("results drawn", None)


@fragment(key="results")
def show() -> None:
    if view.opened():
        st.rerun()
    with view.telling_trouble():
        DRAWN.set(read())
    drawn = DRAWN.get()
    if drawn is not None and drawn.page.results:
        view.show_where_archive_is_away()
        with view.telling_trouble():
            several.show(view.CHOSEN.get())
        show_page(drawn)
    elif drawn is not None:
        show_nothing()
    if view.is_bin():
        st.caption(wording.BIN_RULES)
        with view.telling_trouble():
            personal.show()
    panels.tick(EVERY, "results tick")


def read() -> Drawn:
    """The page that the address names. Raises SQLAlchemy's errors."""
    older, newer = view.place()
    page = archived.library().page(view.wanted(), older, newer)
    if newer is not None and not page.has_newer:
        page = archived.library().page(view.wanted())  # the first one, and whole
    stars = archived.labels().starred(session.person(), [each.task_id for each in page.results])
    names = view.motion_names()
    covers = tuple(cover_of(each, wording.title_of(each, names), each.task_id in stars) for each in page.results)
    return Drawn(page, covers, archived.library().count(view.wanted()))


def show_page(drawn: Drawn) -> None:
    page, handlers = drawn.page, gallery.Handlers(view.open_result, view.choose, star, turn)
    gallery.show(drawn.covers, view.CHOSEN.get(), page.has_newer, page.has_older, handlers, view.SEEN.get())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Newer", icon=":material/arrow_back:", disabled=not page.has_newer, on_click=turn, args=("newer",))
        st.button("Older", icon=":material/arrow_forward:", disabled=not page.has_older, on_click=turn, args=("older",))
        st.caption(wording.count_of(drawn.count, MOST_COUNTED))


def cover_of(result: Result, title: str, is_starred: bool) -> gallery.Cover:
    note = wording.note_of(result, viewer_zone())
    if result.binned_at is not None:
        note = wording.days_left(result.binned_at, time.time(), KEPT_DAYS).capitalize()
    elif result.state != "kept":
        note = f"{note} · {'not kept' if result.state == 'gone' else 'being copied'}"
    return gallery.Cover(
        result.task_id,
        title,
        note,
        archived.address_of(result, "cover"),
        archived.address_of(result, "video"),
        is_starred,
    )


def star(task_id: str, is_on: bool) -> None:
    try:
        archived.labels().star(session.person(), [task_id], is_on)
        archived.library().changed()
    except KlingError as error:
        st.toast(plain(str(error)), icon=":material/error:")


def turn(way: str) -> None:
    drawn = DRAWN.get()
    if drawn and drawn.page.results:
        edge = drawn.page.results[-1 if way == "older" else 0]
        view.turn_to(way, Place(edge.finished_at, edge.task_id))


def show_nothing() -> None:
    if view.is_filtered():
        st.info(wording.NONE_FITS, icon=":material/filter_alt:")
    elif view.is_bin():
        st.info(wording.BIN_EMPTY, icon=":material/delete:")
    else:
        st.info(wording.NONE_YET, icon=":material/video_library:")
        st.page_link("create.py", label="Create a video", icon=":material/movie:")
