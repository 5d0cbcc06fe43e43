"""Files that came through a widget: their memory, and what they were repaired to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import streamlit as st
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx


def forget_upload(file_id: str) -> None:
    """Free the memory of an uploaded file that has been copied; the widget alone would keep it."""
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        manager = cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
        manager.remove_file(context.session_id, file_id)


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
