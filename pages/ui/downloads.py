"""The download of a result: without Kling's mark where the account may, else the marked one, saying so."""

from __future__ import annotations

import streamlit as st

from kling import Task
from pages.ui import panels, session, wording
from pages.ui.session import archived, shared
from pages.ui.session.zip_address import MOST
from pages.ui.wording.files import name_zip


def has_file(task: Task) -> bool:
    """Whether there is anything to download."""
    return bool(task.video_url and task.work_ids)


def show(task: Task) -> None:
    """The button, once it is known which file there is."""
    if not has_file(task) or task.video_url is None:
        return
    result = archived.archived_result(task.id)
    if result is not None:
        st.link_button(
            "Download", archived.address_of(result, "video", is_download=True) or "", icon=":material/download:"
        )
        return
    found = session.download_of(task)
    if panels.is_loading([found]):
        st.button("Download", icon=":material/download:", disabled=True)
        return
    unmarked = found.value.cdn_url if found.value else None
    st.download_button(
        "Download" if unmarked else "Download, with Kling's mark",
        data=session.fetching(task, unmarked or task.video_url),
        file_name=f"{wording.file_name(task, session.motion_names(session.feeds()))}.mp4",
        mime="video/mp4",
        icon=":material/download:",
        on_click="ignore",
        help=None if unmarked else "This account cannot get files without the mark, so this is the marked one.",
    )
    if error := shared.failed_fetches().get(task.id or 0):
        panels.show_error(error)


def show_zip(count: int, link: str) -> None:
    """The link to so many videos in one file; what does not go into one is said before it is pressed."""
    more = f"One file holds at most {MOST}: choose the others for another one." if count > MOST else None
    st.link_button(name_zip(count, MOST), link, icon=":material/folder_zip:", help=more)
