"""A picture or video of what was made or used. One that cannot be drawn takes nothing else with it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import session, wording

log = logging.getLogger(__name__)


def show_video(url: str | None, place: DeltaGenerator | None = None, **options: Any) -> None:
    """Nothing where there is no address; `options` as `st.video` takes them."""
    _show((place or st).video, url, place, options)


def show_image(url: str | None, place: DeltaGenerator | None = None, **options: Any) -> None:
    """Nothing where there is no address; `options` as `st.image` takes them. A caption is read aloud with the image."""
    _show((place or st).image, url, place, {"alt": options.get("caption"), **options})


def _show(draw: Callable[..., object], url: str | None, place: DeltaGenerator | None, options: dict[str, Any]) -> None:
    address = session.address(url)
    if not address:
        return
    try:
        draw(address, **options)
    except Exception as fault:  # whatever Streamlit makes of a strange address; its words may quote the address
        log.warning("a preview could not be drawn: %s", type(fault).__name__)
        (place or st).caption(wording.NO_PREVIEW)
