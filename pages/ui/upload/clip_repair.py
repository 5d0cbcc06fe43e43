"""A clip that is being repaired: begin, show how far it is, stop, go back to the original."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from kling import InvalidInput
from kling.media import Fix, Trim
from pages.ui import panels, session, wording
from pages.ui.session import MotionDraft, shared
from pages.ui.upload.choose import new_file


def begin_repair(fixes: Sequence[Fix]) -> None:
    """Hand the repair over; where a clip is cut, it is cut to the part that is chosen on the strip."""
    clip = session.motion_draft()
    if clip is None or clip.repair is not None:
        return
    clip.repair, clip.failed = new_file(".mp4"), None
    wanted = [Trim(*clip.span) if isinstance(fix, Trim) else fix for fix in fixes]
    clip.cutting_from = clip.cut_from + next((fix.start for fix in wanted if isinstance(fix, Trim)), 0.0)
    shared.workbench().repair(clip.repair.name, clip.path, wanted, clip.repair)


def show_repair(clip: MotionDraft, target: Path) -> None:
    job = shared.workbench().job(target.name)
    if job is not None and not job.is_over:
        st.progress(job.share, f"Making **{wording.plain(clip.name)}** right. {job.share:.0%}")
        st.button("Stop", icon=":material/close:", on_click=stop_repair, args=(clip.id,))
        panels.tick(0.5, "repair")
        return
    shared.workbench().forget(target.name)
    clip.repair = None
    if job is not None and job.media is not None:
        if clip.original is None:
            clip.original = (clip.path, clip.media)
        else:
            clip.path.unlink(missing_ok=True)
        clip.put(target, job.media, clip.cutting_from)
    else:
        clip.failed = (job and job.error) or InvalidInput("It was not repaired. Try it again.")
    st.rerun()


def stop_repair(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is not None and clip.id == clip_id and clip.repair is not None:
        shared.workbench().forget(clip.repair.name)
        clip.repair = None


def use_original(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is not None and clip.id == clip_id and clip.original is not None:
        clip.path.unlink(missing_ok=True)
        clip.put(*clip.original)
        clip.original = None
