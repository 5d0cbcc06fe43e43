"""Choose a clip: which ones are taken, and the file."""

from __future__ import annotations

import uuid
from pathlib import Path

import streamlit as st

from kling import KlingError
from kling.generations import Generation
from kling.media import inspect, spool
from kling.media.limits import MB, UPLOAD_BYTES
from pages import streamlit_internals
from pages.ui import panels, session, wording
from pages.ui.fragments import fragment
from pages.ui.session import MotionDraft
from pages.ui.session.upload_folder import delete_abandoned_uploads, upload_folder


@fragment()
def watch_limits(shown: Generation | None) -> None:
    """Which clips are taken depends on the motions that the service has, and that may turn out, or change."""
    _, snapshots = panels.library()
    if session.library_generation() is not shown:
        st.rerun()
    if shown is None:
        panels.show_waiting(120, *snapshots)
    panels.show_trouble(*snapshots)
    panels.tick(0.4 if shown is None else panels.refresh_interval(snapshots, 60), "limits")


def choose_clip(generation: Generation) -> None:
    limits = generation.clip
    file = st.file_uploader(
        f"A video of one person making the motion: MP4 or MOV, {limits.shortest:.0f} to {limits.longest:.0f} seconds, "
        f"{limits.sides}",
        type=["mp4", "mov", "m4v", "webm", "mkv", "avi", "gif", "mpg", "mpeg", "3gp"],
        max_upload_size=UPLOAD_BYTES // MB,
        key="clip",
        help="The whole body should be in the picture, without cuts. Kling takes the movement from it, not the looks. "
        "A clip that is too long, too large or of another kind can be made right here."
        f"{'' if limits.longest <= wording.FACING_SECONDS else wording.SHORT_FOR_FACING}",
    )
    if file is None:
        return
    path = new_file(Path(file.name).suffix.lower())
    try:
        spool(file, path)
        clip = MotionDraft.of(path, file.name, inspect(path), generation)
    except KlingError as error:
        path.unlink(missing_ok=True)
        panels.show_error(error)
        return
    streamlit_internals.free_upload(file.file_id)  # it is copied, and the widget alone would keep it
    session.keep_motion_draft(clip)
    st.rerun()


def new_file(ending: str) -> Path:
    """Where a clip is to be written; those that nobody needs any more go."""
    delete_abandoned_uploads()
    return upload_folder() / f"{uuid.uuid4().hex}{ending or '.mp4'}"
