"""A clip as a film strip: choose a part of it by its two ends, see that part in a loop, pin the cover."""

from __future__ import annotations

import base64
from pathlib import Path

import streamlit as st

from kling import media
from kling.media import Limits
from pages.ui import session
from pages.ui.components import component, read_where_drawn
from pages.ui.session import MotionDraft

PICTURES = 24
HTML = """
<div class="film">
  <div class="screen"><video muted playsinline></video><img class="still" alt=""></div>
  <div class="reel">
    <div class="frames"></div><div class="before"></div><div class="after"></div><div class="needle"></div>
    <input class="start" type="range" aria-label="Beginning of the part">
    <input class="end" type="range" aria-label="End of the part">
    <input class="cover" type="range" aria-label="Moment of the cover">
  </div>
  <div class="bar"><button type="button">Play</button><output></output></div>
</div>
"""


def show(clip: MotionDraft, limits: Limits, has_cover: bool) -> None:
    """Draw the strip; what is chosen on it lands in the draft (`span` and `cover_at`, seconds)."""
    chosen = component("upload.film", __file__, HTML)(
        key=f"film {clip.path.stem}",
        data={
            "strip": pictures(str(clip.path)),
            "url": session.route(f"clips/{clip.path.name}"),
            "seconds": clip.media.seconds,
            "start": clip.span[0],
            "end": clip.span[1],
            "shortest": min(limits.shortest, clip.media.seconds),
            "longest": limits.longest,
            "cover": clip.cover_at if has_cover else None,
        },
        on_span_change=read_where_drawn,
        on_cover_change=read_where_drawn,
    )
    if chosen.span:
        clip.span = (float(chosen.span[0]), float(chosen.span[1]))
    if chosen.cover is not None:
        clip.cover_at = float(chosen.cover)


@st.cache_data(show_spinner="Looking at the clip…", max_entries=16)
def pictures(path: str) -> list[str]:
    """The strip as addresses that hold the pictures themselves; `InvalidInput` when there are none."""
    return ["data:image/jpeg;base64," + base64.b64encode(each).decode() for each in media.strip(Path(path), PICTURES)]


@st.cache_data(show_spinner=False, max_entries=64)
def frame(path: str, seconds: float) -> bytes:
    """The frame shown at that moment, as a JPEG."""
    return media.frame(Path(path), seconds)
