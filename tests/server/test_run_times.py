"""How long a tick takes is measured from what the browser asks to the end of what it gets."""

from __future__ import annotations

from prometheus_client import REGISTRY
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.server.run_times import Pending
from tests.server.test_stale_reruns import asked, bytes_of, navigation


def finished(how: ForwardMsg.ScriptFinishedStatus.ValueType) -> bytes:
    message = ForwardMsg()
    message.script_finished = how
    return bytes_of(message)


def measured(run: str) -> float:
    return REGISTRY.get_sample_value("kling_page_seconds_count", {"run": run}) or 0.0


def test_a_tick_counts_once_at_its_end() -> None:
    before, pending = measured("tick"), Pending()
    pending.note_asked(asked("tasks", "board"))
    pending.note_answered(bytes_of(navigation("tasks")))
    pending.note_asked(asked("tasks", "board"))
    pending.note_answered(finished(ForwardMsg.FINISHED_EARLY_FOR_RERUN))
    assert measured("tick") == before
    pending.note_answered(finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    pending.note_answered(finished(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY))
    assert measured("tick") == before + 1


def test_a_page_is_told_apart() -> None:
    before, pending = measured("page"), Pending()
    pending.note_asked(asked("tasks"))
    pending.note_answered(finished(ForwardMsg.FINISHED_SUCCESSFULLY))
    assert measured("page") == before + 1
