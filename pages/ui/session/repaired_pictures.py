"""What pictures that came through a widget were repaired to."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st


def repaired(file_id: str) -> bytes | None:
    """What an uploaded picture was repaired to, if it was."""
    pictures: dict[str, bytes] = st.session_state.get("repaired pictures", {})
    return pictures.get(file_id)


def keep_repaired(file_id: str, data: bytes) -> None:
    """Go on with a repaired picture in place of the one uploaded."""
    st.session_state.setdefault("repaired pictures", {})[file_id] = data


def forget_repaired(but: Iterable[str] = ()) -> None:
    """Free the memory of repaired pictures that are not needed any more."""
    pictures: dict[str, bytes] = st.session_state.get("repaired pictures", {})
    for file_id in pictures.keys() - set(but):
        del pictures[file_id]
