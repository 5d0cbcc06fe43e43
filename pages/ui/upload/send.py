"""Hand the clip over as an order."""

from __future__ import annotations

import uuid
from pathlib import Path

from kling import InvalidInput
from pages.ui import allowed, panels, session
from pages.ui.session import Key, MotionDraft, shared
from pages.ui.session.identity import note


def follow_service(clip: MotionDraft) -> None:
    """Hold the clip to the other rules where the lists have told of the other generation since it was chosen."""
    now = session.library_generation()
    if now is not None and now is not clip.generation:
        clip.generation = now
        clip.put(clip.path, clip.media, clip.cut_from)


def title_of(clip: MotionDraft) -> Key[str]:
    """What the motion is to be called, as it stands in its field: read where it is sent, so that no word is lost."""
    return Key(f"title of clip {clip.id}", clip.title)


def place(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is not None and clip.id == clip_id:
        with allowed.toasting_errors():
            _place(clip)


def _place(clip: MotionDraft) -> None:
    is_new = shared.orders().get(clip.id) is None
    if is_new:
        follow_service(clip)
    if clip.problems or (clip.generation.is_extracted and clip.cover is None):
        return
    clip.title = title_of(clip).get().strip() or Path(clip.name).stem
    try:
        request = session.extraction_request() if clip.generation.is_extracted else None
    except InvalidInput:
        return  # the form says what is wrong
    if is_new and (not allowed.is_allowed("upload") or not panels.may("orders")):
        return
    shared.orders().place_motion(
        clip.id,
        clip.title,
        clip.path,
        clip.media.content_type,
        clip.cover if clip.generation.is_extracted else None,
        request,
        account=session.account() or "",
        person=session.person(),
    )
    if is_new:
        note("ordered", f"a motion, order {clip.id}")


def try_again(clip_id: str) -> None:
    clip = session.motion_draft()
    if clip is not None and clip.id == clip_id:
        clip.id = uuid.uuid4().hex
        place(clip.id)
