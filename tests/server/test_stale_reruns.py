"""Ticks of a page that is being left: not taken any more, and answered in the name of the page that is shown."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.server.stale_reruns import DropStaleReruns


def asked(page: str, fragment: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.page_script_hash, message.rerun_script.fragment_id = page, fragment
    return bytes(message.SerializeToString())


def navigation(page: str) -> ForwardMsg:
    message = ForwardMsg()
    message.navigation.page_script_hash = page
    return message


def run(page: str, *fragments: str) -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.page_script_hash = page
    message.metadata.run.script_run_id = "a run"
    message.metadata.run.fragment_ids.extend(fragments)
    return message


def bytes_of(message: bytes | ForwardMsg) -> bytes:
    return message if isinstance(message, bytes) else bytes(message.SerializeToString())


def passed_on(*course: bytes | ForwardMsg) -> list[bytes]:
    """What reaches Streamlit (of what a browser sends, `bytes`) and the browser (of what Streamlit sends)."""
    waiting, through = list(course), []

    async def receive() -> Message:
        return {"type": "websocket.receive", "bytes": waiting.pop(0)}

    async def send(message: Message) -> None:
        through.append(message["bytes"])

    async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
        while waiting:
            if isinstance(waiting[0], ForwardMsg):
                await send({"type": "websocket.send", "bytes": bytes_of(waiting.pop(0))})
            else:
                through.append((await receive())["bytes"])

    scope: dict[str, Any] = {"type": "websocket"}
    with ThreadPoolExecutor() as pool:  # the browser tests leave a loop running in the main thread
        pool.submit(asyncio.run, DropStaleReruns(streamlit)(scope, receive, send)).result()
    return through


def test_a_tick_of_the_page_that_is_left_is_not_taken() -> None:
    came = passed_on(
        asked("tasks"), navigation("tasks"), asked("tasks", "tick"), asked("motions"), asked("tasks", "tick"),
        asked("motions", "tick"),
    )  # fmt: skip
    assert came == [
        asked("tasks"), bytes_of(navigation("tasks")), asked("tasks", "tick"), asked("motions"),
        asked("motions", "tick"),
    ]  # fmt: skip


def test_where_the_dashboard_turned_the_page_itself_the_old_ones_ticks_are_not_taken_either() -> None:
    came = passed_on(
        asked("upload"), navigation("upload"), navigation("create"), asked("upload", "tick"), asked("create")
    )
    assert asked("upload", "tick") not in came


def test_a_tick_taken_before_the_page_was_turned_is_answered_in_the_new_ones_name() -> None:
    came = passed_on(navigation("create"), run("upload", "tick"))
    answer = ForwardMsg.FromString(came[1])
    assert answer.new_session.page_script_hash == "create"
    assert list(answer.metadata.run.fragment_ids) == ["tick"]


def test_nothing_else_is_touched() -> None:
    course: list[bytes | ForwardMsg] = [
        navigation("tasks"), run("tasks", "tick"), run("motions"), asked("motions"), b"no message of Streamlit's",
        asked("", "tick"),
    ]  # fmt: skip
    assert passed_on(*course) == [bytes_of(each) for each in course]
