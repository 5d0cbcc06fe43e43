"""A result as the beginning of another one: its picture, its motion, or both with all settings."""

from __future__ import annotations

import uuid

import streamlit as st

from kling import KlingError, Motion, Task
from kling.archive import Result, StorageFault, WholeResult
from kling.generations import TODAY, motion_of
from kling.media import inspect
from pages.ui import panels, session
from pages.ui.results import view
from pages.ui.session import MotionDraft, shared
from pages.ui.session.upload_folder import upload_folder
from pages.ui.wording import results as wording


def show(whole: WholeResult) -> None:
    st.button("Make another like this", icon=":material/content_copy:", on_click=make_another, args=(whole,))
    st.button("Use this picture", icon=":material/person:", on_click=use_picture, args=(whole,))
    st.button("Use this motion", icon=":material/accessibility_new:", on_click=use_motion, args=(whole,))


def make_another(whole: WholeResult) -> None:
    session.draft_like(whole.task, motion_used(whole))
    st.switch_page("create.py")


def use_picture(whole: WholeResult) -> None:
    picture = session.picture_of(whole.task)
    if picture is None:
        st.toast(wording.NO_PICTURE, icon=":material/info:")
        return
    session.choose_picture(picture)
    st.switch_page("create.py")


def use_motion(whole: WholeResult) -> None:
    """The motion where Kling still has it; else the clip it came from, to be made a motion once more."""
    clip = archived_clip(whole.result) if is_gone(whole.task) else None
    if clip is not None:
        session.keep_motion_draft(clip)
        st.toast(wording.MOTION_GONE, icon=":material/info:", duration="long")
        st.switch_page("upload.py")
    session.choose_motion(motion_used(whole))
    st.switch_page("create.py")


def is_gone(task: Task) -> bool:
    """Whether the motion is a video that is not in the library any more, as far as that is known."""
    motions, snapshots = panels.library()
    is_known = all(each.value is not None for each in snapshots)
    return is_known and task.motion_work_id is None and task.motion_source not in {each.source for each in motions}


def archived_clip(result: Result) -> MotionDraft | None:
    file = shared.archive().file(result.motion_clip)
    if file is None:
        return None
    upload_folder().mkdir(parents=True, exist_ok=True)
    path = upload_folder() / f"{uuid.uuid4().hex}.mp4"
    try:
        with path.open("wb") as written:
            written.writelines(shared.archive().pieces(file))
        return MotionDraft.of(
            path, wording.title_of(result, view.motion_names()), inspect(path), session.library_generation() or TODAY
        )
    except (KlingError, StorageFault, OSError):
        path.unlink(missing_ok=True)
        return None


def motion_used(whole: WholeResult) -> Motion | None:
    return motion_of(whole.task, panels.library()[0])
