"""What a task is called: a title of one's own in place of the picture's and the motion's names."""

from __future__ import annotations

import streamlit as st

from kling import KlingError, Task
from pages.ui import allowed, session, wording
from pages.ui.session import Key, shared
from pages.ui.session.identity import note

HELP = "Rows, downloads and notices have this name, for everybody who uses this dashboard. Empty: picture and motion."


def show(task: Task) -> None:
    """A field with the name; a new one is kept at once."""
    if not task.is_motion_video or task.id is None:
        return
    names = session.motion_names(session.feeds())
    key = f"title {task.id}"
    st.text_input("Name", wording.title_of(task, names), key=key, max_chars=60, help=HELP, on_change=give,
                  args=(task.id, key))  # fmt: skip


def give(task_id: int, key: str) -> None:
    if not allowed.is_allowed("name"):
        return
    try:
        name = Key(key, "").get()
        shared.names().give(wording.task_key(task_id), name)
        note("named", f"task {task_id}: {name}")
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")
