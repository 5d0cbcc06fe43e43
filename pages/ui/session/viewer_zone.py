"""Where the viewer is, as their browser says."""

from __future__ import annotations

from contextlib import suppress
from zoneinfo import ZoneInfo

import streamlit as st


def viewer_zone() -> ZoneInfo:
    """The time zone of the viewer; UTC where nobody knows its name, as an old list of zones may not."""
    with suppress(KeyError, ValueError, OSError):
        return ZoneInfo(st.context.timezone or "UTC")
    return ZoneInfo("UTC")
