"""Streamlit's insides that we lean on: all of them, each with why and with the test that tells when it has changed.

It imports nothing of ours, so that `pages.server` and `pages.ui` may both use it. What is no Python:

- `runner.postScriptGC = false` (`.streamlit/config.toml`), a hidden option: a collection after every run of every
  session makes all of them wait. `app.collect_garbage` takes its place. Told by `tests/server/test_internals.py`.
- Class names, test ids and the timer's iframe in `pages/ui/style.css`. Told by
  `test_the_first_rows_are_read_before_the_table_is_loaded` and `test_nothing_outside_the_board_dims_while_it_ticks`
  (`tests/browser/test_board.py`), `test_nothing_is_wider_than_a_phone` (`tests/browser/test_pages.py`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, cast

from google.protobuf.message import DecodeError
from streamlit import file_util, runtime
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx


class Rerun(NamedTuple):
    """What a browser asks for: a page by its script hash (empty: the one shown), or one fragment of it."""

    page: str
    fragment: str


def rerun_of(data: bytes) -> Rerun | None:
    """A message from a browser; None when it cannot be read, for which Streamlit has its own answer.

    Why: nothing public stands between a browser and a session. Told by `tests/server/test_stale_reruns.py`, and in a
    browser by `tests/browser/test_leaving.py`.
    """
    try:
        run = BackMsg.FromString(data).rerun_script
    except DecodeError:
        return None
    return Rerun(run.page_script_hash, run.fragment_id)


def page_of_navigation(data: bytes) -> str | None:
    """The script hash of the page that this message to a browser turns to; None for other messages."""
    message = ForwardMsg.FromString(data)
    return message.navigation.page_script_hash if message.WhichOneof("type") == "navigation" else None


def with_fragments_page(data: bytes, page: str) -> bytes:
    """A message to a browser; where it begins the run of a fragment, that is said to be of this page."""
    message = ForwardMsg.FromString(data)
    if message.WhichOneof("type") != "new_session" or not message.metadata.run.fragment_ids:
        return data
    message.new_session.page_script_hash = page
    return bytes(message.SerializeToString())


def index_html() -> str:
    """The document that a browser loads first.

    Why: a style that comes as an element of the page comes late and moves things about; there is no public way to put
    one into the document. Told by `tests/server/test_document.py`.
    """
    return Path(file_util.get_static_dir(), "index.html").read_text("utf-8")


def free_upload(file_id: str) -> None:
    """Free the memory of this session's uploaded file.

    Why: a widget keeps its file for as long as it stands, and nothing public takes the file from it. Told by
    `tests/server/test_internals.py`.
    """
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        manager = cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
        manager.remove_file(context.session_id, file_id)


def tick(seconds: float, key: str, on_tick: Callable[[], None] | None = None) -> None:
    """Run the enclosing fragment again in so many seconds; `on_tick` first, and it may choose what is run instead.

    Why: `st.fragment(run_every=…)` changes its interval only by a run of the whole page, and `st_autorefresh` itself
    takes no callback. Told by `test_typing_and_playing_are_not_disturbed_by_ticks` (`tests/browser/test_board.py`).
    """
    _timer()(interval=int(seconds * 1000), limit=None, debounce=True, key=key, on_change=on_tick)


@functools.cache
def _timer() -> CustomComponent:
    # Declared while a page runs: outside of one, Streamlit would not register the component, and for good.
    import streamlit_autorefresh

    build = Path(streamlit_autorefresh.__file__).parent / "frontend" / "build"
    return declare_component("streamlit_autorefresh", path=str(build))
