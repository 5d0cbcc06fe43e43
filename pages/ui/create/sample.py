"""In practice mode: a video by one click, from a motion and a picture that the practice API has."""

from __future__ import annotations

from typing import Any

import streamlit as st

from kling import KlingError, Motion
from kling.feed import Snapshot
from kling.media import normalise
from kling.orders import PictureFile
from pages.ui import panels, session, wording
from pages.ui.create import submit
from pages.ui.session import shared

LABEL = "Make a sample video"


def offer() -> None:
    """As long as nothing is chosen, and once the practice API has told what it has."""
    draft = session.draft()
    if not shared.has_own_practice_api() or draft.motion is not None or draft.picture is not None:
        return
    seen = session.latest("official_motions")
    if motions_in(seen):
        st.button(LABEL, icon=":material/play_circle:", on_click=make, args=(draft.id,),
                  help="One click, a made-up picture, nothing to choose: to see what comes of it.")  # fmt: skip
    elif panels.is_loading([seen]):
        panels.tick(0.5, "sample")


def motions_in(seen: Snapshot[Any]) -> list[Motion]:
    """Those of the practice API that have a picture."""
    return [motion for motion in seen.value or [] if motion.cover_url]


def make(draft_id: str) -> None:
    """A second click finds the first one's order."""
    known = motions_in(session.latest("official_motions"))
    if session.draft().id != draft_id or not known:
        return
    try:
        data, media = normalise(session.feeds().client().fetch_media(known[-1].cover_url or ""))
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")
        return
    session.choose_motion(known[0])
    session.choose_picture(PictureFile("sample.jpg", data, media.content_type))
    submit.place(draft_id)
