"""A page whose tick is taken in the moment its run ends: `python -m tests.server.unlucky_tick`.

Says what reaches the browser of that run, and of the tick's after it.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

import streamlit as st
from starlette.testclient import TestClient, WebSocketTestSession
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.starlette import App

from pages import streamlit_internals

PAGE = """
from tests.server import unlucky_tick
unlucky_tick.draw()
"""
PAGE_ENDS, TICK_ENDS = ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
runs: list[str] = []
ticks: list[BackMsg] = []


@st.fragment
def ticking() -> None:
    st.text("tick")


def draw() -> None:
    runs.append("page")
    st.text(f"first of run {len(runs)}")
    ticking()
    if ticks:
        meet_tick()
    st.text(f"last of run {len(runs)}")


def meet_tick() -> None:
    """Let the server be busy until this run has ended, and then take the tick before it passes on what was drawn."""
    context = get_script_run_ctx()
    assert context is not None
    session = runtime.get_instance().get_app_session(context.session_id)
    assert session is not None
    run, is_busy = threading.current_thread(), threading.Event()

    def take() -> None:
        is_busy.set()
        run.join()
        session.handle_backmsg(ticks.pop())

    session._event_loop.call_soon_threadsafe(take)
    is_busy.wait()


def asked(fragment: str = "") -> BackMsg:
    message = BackMsg()
    message.rerun_script.fragment_id = fragment
    return message


def heard(socket: WebSocketTestSession, *ends: int) -> list[ForwardMsg]:
    """Until a run has ended in one of these ways."""
    messages: list[ForwardMsg] = []
    while True:
        messages.append(ForwardMsg.FromString(socket.receive_bytes()))
        if is_end(messages[-1], *ends):
            return messages


def is_end(message: ForwardMsg, *ends: int) -> bool:
    return message.WhichOneof("type") == "script_finished" and message.script_finished in ends


def texts(messages: list[ForwardMsg]) -> list[str]:
    return [message.delta.new_element.text.body for message in messages if message.delta.new_element.text.body]


def main() -> None:
    streamlit_internals.keep_end_of_runs()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "page.py")
        script.write_text(PAGE)
        with (
            TestClient(App(script)) as browser,
            browser.websocket_connect("/_stcore/stream", subprotocols=["streamlit"]) as socket,
        ):
            socket.send_bytes(asked().SerializeToString())
            drawn = heard(socket, PAGE_ENDS)
            [fragment] = {message.delta.fragment_id for message in drawn if message.delta.fragment_id}
            ticks.append(asked(fragment))
            socket.send_bytes(asked().SerializeToString())
            print(*texts(heard(socket, TICK_ENDS)), sep="\n")


if __name__ == "__main__":
    sys.modules["tests.server.unlucky_tick"] = sys.modules["__main__"]
    main()
