"""The files that Streamlit holds for its sessions, and which of them a page still shows."""

from __future__ import annotations

from collections.abc import Iterable

from streamlit import runtime
from streamlit.runtime.app_session import AppSessionState
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

File = tuple[str, str]
"""Session and file, by their ids."""


def files_of_runtime() -> MemoryUploadedFileManager:
    manager = runtime.get_instance().uploaded_file_mgr
    assert isinstance(manager, MemoryUploadedFileManager)
    return manager


def files_on_pages(session_ids: Iterable[str]) -> set[File]:
    """The files that widgets of open sessions hold; all of a session whose page is being drawn count as such."""
    found: set[File] = set()
    for session_id in session_ids:
        session = runtime.get_instance().get_app_session(session_id)
        if session is None:
            continue
        try:
            widgets = session.session_state.get_widget_states()
            is_drawn = session._state == AppSessionState.APP_IS_RUNNING
        except RuntimeError:  # a run has begun at this moment, and changes them
            widgets, is_drawn = [], True
        if is_drawn:
            found |= {(session_id, file_id) for file_id in files_of_runtime().file_storage.get(session_id, {})}
        for widget in widgets:
            found |= {(session_id, info.file_id) for info in widget.file_uploader_state_value.uploaded_file_info}
    return found
