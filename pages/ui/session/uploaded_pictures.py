"""The pictures that came through a widget, as they would be sent. They are freed once they are needed no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st
from streamlit.typing import UploadedFile

from kling.media import Fix, Media, normalise, repair_picture

Picture = tuple[bytes, Media]


def uploaded_picture(file: UploadedFile) -> Picture:
    """A picture as it would be sent, repaired if it was, and what it is. `InvalidInput` when it cannot be read."""
    pictures = _pictures()
    if file.file_id not in pictures:
        pictures[file.file_id] = normalise(file.getvalue())
    return pictures[file.file_id]


def repair_uploaded(file_id: str, fixes: Sequence[Fix]) -> None:
    """Go on with it repaired. `InvalidInput` when that cannot be done."""
    pictures = _pictures()
    if file_id in pictures:
        pictures[file_id] = normalise(repair_picture(pictures[file_id][0], fixes))


def forget_uploaded(but: Iterable[str] = ()) -> None:
    """Free the memory of those that are not needed any more."""
    pictures = _pictures()
    for file_id in pictures.keys() - set(but):
        del pictures[file_id]


def _pictures() -> dict[str, Picture]:
    found: dict[str, Picture] = st.session_state.setdefault("uploaded pictures", {})
    return found
