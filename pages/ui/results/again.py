"""A result as the beginning of another one: its picture, its motion, or both with all settings."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from kling import Motion
from kling.archive import Result, StorageFault, WholeResult
from kling.generations import motion_of
from kling.orders import PictureFile
from pages.ui import panels, session
from pages.ui.session import shared
from pages.ui.wording import results as wording


def show(whole: WholeResult) -> None:
    st.button("Make another like this", icon=":material/content_copy:", on_click=make_another, args=(whole,))
    st.button("Use this picture", icon=":material/person:", on_click=use_picture, args=(whole,))
    st.button("Use this motion", icon=":material/accessibility_new:", on_click=use_motion, args=(whole,))


def make_another(whole: WholeResult) -> None:
    session.draft_like(whole.task, motion_used(whole))
    if (picture := kept_picture(whole.result)) is not None:
        session.draft().picture = picture
    st.switch_page("create.py")


def use_picture(whole: WholeResult) -> None:
    picture = kept_picture(whole.result) or link_of_picture(whole)
    if picture is None:
        st.toast(wording.NO_PICTURE, icon=":material/info:")
        return
    session.choose_picture(picture)
    st.switch_page("create.py")


def use_motion(whole: WholeResult) -> None:
    session.choose_motion(motion_used(whole))
    st.switch_page("create.py")


def motion_used(whole: WholeResult) -> Motion | None:
    return motion_of(whole.task, panels.library()[0])


def kept_picture(result: Result) -> PictureFile | None:
    """The picture out of the archive: Kling's link to it has lapsed where it was long ago."""
    with suppress(StorageFault):
        file = shared.archive().file(result.picture)
        if file is not None:
            data = b"".join(shared.archive().pieces(file))
            ending = file.content_type.rpartition("/")[2]
            return PictureFile(f"Picture of task {result.task_id}.{ending}", data, file.content_type)
    return None


def link_of_picture(whole: WholeResult) -> session.PictureAddress | None:
    return session.PictureAddress(whole.task.picture_url) if whole.task.picture_url else None
