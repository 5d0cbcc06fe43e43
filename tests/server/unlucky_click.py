"""A page on which somebody clicks in an unlucky moment: `python -m tests.server.unlucky_click <moment>`.

Says how often the click was answered, and what the page shows that is asked for right after it.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

import streamlit as st
from starlette.testclient import TestClient
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.starlette import App

from pages import streamlit_internals
from tests.server.unlucky_tick import PAGE_ENDS, TICK_ENDS, asked, heard, texts

PAGE = """
from tests.server import unlucky_click
unlucky_click.draw()
"""
hashes: list[str] = []
coming: dict[str, list[BackMsg]] = {}
"""What the browser asks for, by the moment in which it does."""
answered = threading.Semaphore(0)
is_moved = threading.Event()


def session() -> AppSession:
    context = get_script_run_ctx()
    assert context is not None
    found = runtime.get_instance().get_app_session(context.session_id)
    assert found is not None
    return found


def now(moment: str) -> None:
    """Let the server take what comes in this moment, before the run goes on."""
    messages = coming.pop(moment, [])
    if not messages:
        return
    taken, whose = threading.Event(), session()

    def take() -> None:
        for message in messages:
            whose.handle_backmsg(message)
        taken.set()

    whose._event_loop.call_soon_threadsafe(take)
    taken.wait()


def as_it_ends() -> None:
    """Let the server take the first of what comes before it passes on what was drawn, and the others right after."""
    messages = coming.pop("as a run ends", [])
    if not messages:
        return
    run, whose, is_busy = threading.current_thread(), session(), threading.Event()

    def take() -> None:
        is_busy.set()
        run.join()
        whose.handle_backmsg(messages[0])
        take_others()

    def take_others() -> None:
        if whose._scriptrunner is not None:
            whose._event_loop.call_soon(take_others)
            return
        for message in messages[1:]:
            whose.handle_backmsg(message)

    whose._event_loop.call_soon_threadsafe(take)
    is_busy.wait()


def draw() -> None:
    pages = [st.Page(first, default=True), st.Page(second)]
    hashes[:] = [page._script_hash for page in pages]
    st.navigation(pages).run()


def first() -> None:
    if is_moved.is_set():
        st.text("above")
    part()
    ticking()
    idle()
    st.text("first page")


def second() -> None:
    st.text("second page")


@st.fragment
def part() -> None:
    st.button("Pay", key="pay", on_click=pay)
    now("while the part is drawn")
    as_it_ends()
    st.text("part, paid" if "paid" in st.session_state else "part")


@st.fragment
def ticking() -> None:
    st.toggle("Tick", on_change=streamlit_internals.redraw, args=(["idle"],))


@st.fragment(key="idle")
def idle() -> None:
    st.text("idle")


def pay() -> None:
    now("while it is answered")
    if "going" in sys.argv[1]:
        runtime.get_instance()._session_mgr.disconnect_session(session().id)
    st.session_state["paid"] = True
    answered.release()
    if "turns" in sys.argv[1]:
        st.switch_page(st.Page(second))
        raise AssertionError("after a page was turned to")


def watch() -> None:
    """Streamlit, as the app has it, and as it tells of two moments in which nothing of ours runs."""
    streamlit_internals.keep_undelivered()
    streamlit_internals.keep_end_of_runs()
    streamlit_internals.keep_clicks()
    compiled, asked_by_callbacks = ScriptCache.get_bytecode, ScriptRequests.request_rerun_batch

    def get_bytecode(self: ScriptCache, path: str) -> object:
        now("before it is answered")
        return compiled(self, path)

    def request_rerun_batch(self: ScriptRequests, rerun_batch: list[RerunData]) -> bool:
        are_taken = asked_by_callbacks(self, rerun_batch)
        now("as it turns the page")
        return are_taken

    ScriptCache.get_bytecode = get_bytecode  # type: ignore[method-assign, assignment]
    ScriptRequests.request_rerun_batch = request_rerun_batch  # type: ignore[method-assign]


def main(moment: str) -> None:
    watch()
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "page.py")
        script.write_text(PAGE)
        with (
            TestClient(App(script)) as browser,
            browser.websocket_connect("/_stcore/stream", subprotocols=["streamlit"]) as socket,
        ):
            socket.send_bytes(asked().SerializeToString())
            drawn = {
                message.delta.new_element.WhichOneof("type"): message.delta for message in heard(socket, PAGE_ENDS)
            }
            part_asked, click = asked(drawn["button"].fragment_id), asked(drawn["button"].fragment_id)
            tick, elsewhere = asked(drawn["checkbox"].fragment_id), asked()
            button, toggle = drawn["button"].new_element.button.id, drawn["checkbox"].new_element.checkbox.id
            click.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
            tick.rerun_script.widget_states.widgets.add(id=toggle, bool_value=True)
            elsewhere.rerun_script.page_script_hash = hashes[1]
            for of_first in (part_asked, click, tick):
                of_first.rerun_script.page_script_hash = hashes[0]
            first_asked, then = {
                "while the part is drawn": (part_asked, [click, elsewhere]),
                "while the part is drawn, with a tick": (part_asked, [click, tick]),
                "as a run ends": (part_asked, [click, elsewhere]),
                "as it turns the page": (click, [tick]),
                "where the part was": (click, []),
                "in going away": (click, []),
            }.get(moment, (click, [elsewhere]))
            coming[moment.partition(",")[0]] = then
            if moment == "where the part was":
                is_moved.set()
                socket.send_bytes(asked().SerializeToString())
                heard(socket, PAGE_ENDS)
            socket.send_bytes(first_asked.SerializeToString())
            if moment == "in going away":
                print(int(answered.acquire(timeout=10)))
                return
            if moment.endswith("with a tick"):
                heard(socket, TICK_ENDS)  # of the part
            shown = texts(heard(socket, TICK_ENDS if moment.endswith("with a tick") else PAGE_ENDS))
            print(int(answered.acquire(timeout=0)), shown[-1])


if __name__ == "__main__":
    sys.modules["tests.server.unlucky_click"] = sys.modules["__main__"]
    main(sys.argv[1])
