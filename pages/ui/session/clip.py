"""The clip being prepared on Upload."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from kling import KlingError, MotionUploadRequest
from kling.generations import Generation, extraction
from kling.media import Media, Problem, problems
from kling.orders import PictureFile
from pages.ui.session import shared
from pages.ui.session.options import job_options
from pages.ui.session.video_draft import PENDING_PICTURE

FRAME_SECONDS = 0.05
PENDING_CLIP = "https://video.invalid/sent-with-the-request"


@dataclass
class MotionDraft:
    """The clip being prepared on Upload, kept on disk so that it outlives the widget it came from."""

    id: str
    name: str
    path: Path
    media: Media
    generation: Generation
    span: tuple[float, float]
    """The part chosen on the film strip, in seconds."""
    cover_at: float
    """The moment of the cover, in seconds."""
    title: str = ""
    """What the motion is to be called."""
    cut_from: float = 0.0
    """Where in the clip as it came this one begins, in seconds."""
    cover: PictureFile | None = None
    original: tuple[Path, Media] | None = None
    """The clip as it came, where a repaired one has taken its place."""
    cutting_from: float = 0.0
    """The same of the repair that is under way."""
    repair: Path | None = None
    """Where the repair that is under way puts its result; its name is the key of the job."""
    failed: KlingError | None = None
    """Why the last repair came to nothing."""

    @classmethod
    def of(cls, path: Path, name: str, media: Media, generation: Generation) -> MotionDraft:
        """A clip that has just come: as much of it is chosen as a motion may be long."""
        draft = cls(uuid.uuid4().hex, name, path, media, generation, (0.0, 0.0), 0.0, Path(name).stem)
        draft.put(path, media)
        draft.cover_at = draft.span[1] / 2
        return draft

    def put(self, path: Path, media: Media, cut_from: float = 0.0) -> None:
        """Go on with this file, whose beginning is at `cut_from` of the clip as it came; the cover stays where it was
        put, as far as it is still in it."""
        self.path, self.media = path, media
        self.span = (0.0, min(media.seconds, self.generation.clip.longest))
        self.cover_at = min(max(0.0, self.cover_at + self.cut_from - cut_from), max(0.0, media.seconds - FRAME_SECONDS))
        self.cut_from = cut_from

    @property
    def problems(self) -> list[Problem]:
        return problems(self.media, self.generation.purpose)

    @property
    def files(self) -> list[Path]:
        return [each for each in (self.path, self.repair, self.original and self.original[0]) if each]


def motion_draft() -> MotionDraft | None:
    """The clip this person prepares on Upload."""
    found: MotionDraft | None = st.session_state.get("motion draft")
    return found


def keep_motion_draft(clip: MotionDraft | None) -> None:
    """Hold a clip for Upload, or let go of the one held: its file goes unless an order still needs it."""
    held = motion_draft()
    if held and (clip is None or held.id != clip.id):
        order = shared.orders().get(held.id)
        if order is None or order.is_over:
            _remove_files(held)
    st.session_state["motion draft"] = clip


def drop_clip() -> None:
    """Kling has the clip: its file is needed no more."""
    held = motion_draft()
    if held is not None:
        _remove_files(held)


def _remove_files(clip: MotionDraft) -> None:
    if clip.repair is not None:
        shared.workbench().forget(clip.repair.name)
    for path in clip.files:
        path.unlink(missing_ok=True)


def extraction_request() -> MotionUploadRequest:
    """What takes a motion from a clip, with the options as they are set; `InvalidInput` when one is against a rule."""
    return extraction(PENDING_CLIP, PENDING_PICTURE, job_options("upload"))
