"""Where the viewer is, as their browser says."""

from __future__ import annotations

import functools
from zoneinfo import ZoneInfo

import streamlit as st


def viewer_zone() -> ZoneInfo:
    """The time zone of the viewer; UTC while nobody knows it."""
    return zone(st.context.timezone or "UTC")


@functools.lru_cache
def zone(name: str) -> ZoneInfo:
    """A time zone by its name; UTC where nobody knows that name, as an old list of zones may not."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
