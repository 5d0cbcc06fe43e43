"""One task in full: the video, what made it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kling import Motion, Task
from pages.ui import downloads, panels, session, wording

SETTINGS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "duration": ("Length", "{} seconds".format),
    "model_mode": ("Quality", wording.QUALITY.get),
    "enable_audio": ("Sound", {"true": "On", "false": "Off"}.get),
    "prompt": ("Description", str),
}


def show(task: Task) -> None:
    """The task, its result on the left and its making on the right."""
    with st.container(border=True, key="task"):
        st.subheader(wording.describe(task, session.motion_names()))
        left, right = st.columns([3, 2], gap="large")
        with left:
            show_result(task)
        with right:
            show_making(task)
        show_actions(task)
        with st.expander("Technical details"):
            st.json(task.to_json(), expanded=1)


def show_result(task: Task) -> None:
    if not task.is_readable:
        st.warning("Kling sent this task in a form that cannot be read. The others are not affected.")
    elif task.video_url:
        st.video(session.address(task.video_url) or "", loop=True)
    elif task.is_final and task.state != "succeed":
        st.error(wording.explain_failure(task), icon=":material/error:")
    elif task.cover_url:
        st.image(session.address(task.cover_url) or "")
    else:
        st.info("The video appears here when it is ready.", icon=":material/hourglass_top:")


def show_making(task: Task) -> None:
    state = wording.state_of(task)
    st.badge(state.label, color=state.colour)  # type: ignore[arg-type]
    sources = [(name, url) for name, url in (("Picture", task.picture_url), ("Motion", task.motion_cover_url)) if url]
    for column, (name, url) in zip(st.columns(2), sources, strict=False):
        column.image(session.address(url) or "", caption=name)
    for name, (label, word) in SETTINGS.items():
        value = task.argument(name)
        if value:
            st.markdown(f"**{label}** {word(value) or value}")
    if wording.took(task):
        st.markdown(f"**Took** {wording.took(task)}")


def show_actions(task: Task) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        downloads.show(task)
        if task.is_motion_video and st.button("Make another like this", icon=":material/content_copy:"):
            session.draft_like(task, motion_of(task))
            st.switch_page("create.py")
        if task.is_readable:
            show_delete(task)
    order = session.deletion_of(task.id)
    if order is not None:
        panels.show_order(order)


def motion_of(task: Task) -> Motion | None:
    """The motion a video was made with, as the library has it, else as far as the task tells."""
    if task.motion_work_id is None:
        return None
    motions, _ = panels.library()
    known = next((motion for motion in motions if motion.work_id == task.motion_work_id), None)
    return known or Motion.model_validate(
        {
            "workId": task.motion_work_id,
            "resource": {"resource": task.motion_url},
            "cover": {"resource": task.motion_cover_url},
        }
    )


def show_delete(task: Task) -> None:
    what = "motion" if task.is_motion_upload else "video"
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"This deletes the {what} at Kling for everybody and for good.")
        st.button(
            "Delete for good",
            type="primary",
            key=f"delete {task.id}",
            on_click=session.delete_task,
            args=(task.id,),
        )
