"""Streamlit's insides are still what we take them for (`pages.streamlit_internals`)."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit import config, runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig, NewSession
from streamlit.runtime import Runtime, app_session, media_file_manager
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.media_file_storage import MediaFileStorageError
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.watcher.polling_path_watcher import PollingPathWatcher

from pages import streamlit_internals
from tests.processes import ROOT

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def test_every_option_of_ours_is_one_that_streamlit_has() -> None:
    """A hidden one, such as `runner.postScriptGC`, may go without a word."""
    sections = tomllib.loads(CONFIG.read_text("utf-8"))
    for name, value in sections["runner"].items():
        assert type(st.get_option(f"runner.{name}")) is type(value)


def test_the_memory_of_an_upload_is_freed(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    for file_id in ("done", "needed"):
        manager.add_file("somebody", UploadedFileRec(file_id, "clip.mp4", "video/mp4", b"a clip"))
    instance = type("Instance", (), {"uploaded_file_mgr": manager})()
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: instance)
    context = type("Context", (), {"session_id": "somebody"})()
    monkeypatch.setattr(streamlit_internals, "get_script_run_ctx", lambda: context)
    streamlit_internals.free_upload("done")
    assert [file.file_id for file in manager.get_files("somebody", ["done", "needed"])] == ["needed"]
    assert hasattr(Runtime, "uploaded_file_mgr")


def test_a_click_on_a_download_that_was_drawn_again_meanwhile_still_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MediaFileManager, "add_deferred", MediaFileManager.add_deferred)  # as it was, afterwards
    streamlit_internals.keep_deferred_ids()
    manager = MediaFileManager(MemoryMediaFileStorage("/media"))
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "somebody")
    old = manager.add_deferred(lambda: b"old", "text/csv", "1.2", "tasks.csv", element_id="csv")
    other = manager.add_deferred(lambda: b"other", "text/csv", "1.3", "tasks.csv", element_id="excel")
    manager.clear_session_refs("somebody")
    new = manager.add_deferred(lambda: b"new", "text/csv", "1.2", "tasks.csv", element_id="csv")
    manager.remove_orphaned_files()
    assert manager.execute_deferred(old).endswith(".csv")
    assert (old == new, other == old) == (True, False)
    with pytest.raises(MediaFileStorageError):
        manager.execute_deferred(other)
    monkeypatch.setattr(media_file_manager, "_get_session_id", lambda: "somebody else")
    assert manager.add_deferred(lambda: b"", "text/csv", "1.2", "tasks.csv", element_id="csv") != new


def test_the_theme_is_read_once_and_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fill, reads = app_session._populate_theme_msg, []

    def fill_counted(message: CustomThemeConfig, section: str) -> None:
        reads.append(section)
        fill(message, section)

    forgets: list[Callable[[], None]] = []
    monkeypatch.setattr(app_session, "_populate_theme_msg", fill_counted)
    monkeypatch.setattr(config, "on_config_parsed", lambda forget, **_: forgets.append(forget))
    streamlit_internals.keep_theme()
    sections = ["theme", "theme.light", "theme.dark.sidebar", "theme.light.sidebar"]
    for section in sections * 2:
        as_usual, ours = NewSession(), NewSession()
        fill(as_usual.custom_theme.light, section)
        app_session._populate_theme_msg(ours.custom_theme.light, section)
        assert ours == as_usual
    assert reads == sections
    forgets[0]()
    app_session._populate_theme_msg(NewSession().custom_theme)
    assert reads == [*sections, "theme"]


def drawn(text: str, path: list[int], fragment: str) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = fragment
    message.delta.new_element.markdown.body = text
    return message


def test_no_element_comes_before_the_one_above_it_when_a_fragment_runs_while_its_page_is_on_its_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A browser that is told of a second child before the first clears the whole page, for good."""
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)  # as it was, afterwards
    streamlit_internals.keep_undelivered()
    queue = ForwardMsgQueue()
    page = [drawn("button", [0, 0], "outer"), drawn("status", [0, 1], "inner"), drawn("footer", [0, 2], "")]
    again = [drawn("button, pressed", [0, 0], "outer"), drawn("status, new", [0, 1], "inner")]
    for message in page:
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=["outer"])
    for message in again:
        queue.enqueue(message)
    assert queue.flush() == page + again
    queue.enqueue(page[0])
    queue.clear(retain_lifecycle_msgs=True)
    assert queue.is_empty()  # a run of the whole page draws all of it anew


def test_the_end_of_a_page_is_not_lost_where_a_tick_comes_as_its_run_ends() -> None:
    """In a process of its own, for Streamlit's runtime is there once and for all."""
    command = [sys.executable, "-m", "tests.server.unlucky_tick"]
    heard = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (heard.stdout.splitlines(), heard.stderr) == (["first of run 2", "tick", "last of run 2", "tick"], "")


def test_files_are_not_looked_at_for_changes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(PollingPathWatcher, "_schedule", PollingPathWatcher._schedule)  # as it was, afterwards
    asked: list[object] = []
    monkeypatch.setattr(PollingPathWatcher, "_executor", type("Executor", (), {"submit": asked.append}))
    PollingPathWatcher(str(tmp_path), lambda _: None)
    assert len(asked) == 1
    monkeypatch.setattr(config, "get_option", {"server.fileWatcherType": "none"}.__getitem__)
    streamlit_internals.watch_no_files()
    PollingPathWatcher(str(tmp_path), lambda _: None)
    assert len(asked) == 1
