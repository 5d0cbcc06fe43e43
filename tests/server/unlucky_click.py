"""A page on which somebody clicks in an unlucky moment: `python -m tests.server.unlucky_click <moment>`.

Says how often the click was answered, and what the page shows that is asked for right after it.
"""

from __future__ import annotations

import functools
import sys
import tempfile
import threading
from pathlib import Path

import streamlit as st
from starlette.testclient import TestClient
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.starlette import App

from pages import streamlit_internals
from tests.server.unlucky_tick import PAGE_ENDS, asked, heard, texts

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
    st.text("first page")


def second() -> None:
    st.text("second page")


@st.fragment
def part() -> None:
    st.button("Pay", key="pay", on_click=pay)
    now("while the part is drawn")
    as_it_ends()
    st.text("part")


def pay() -> None:
    now("while it is answered")
    if "going" in sys.argv[1]:
        runtime.get_instance()._session_mgr.disconnect_session(session().id)
    st.session_state["paid"] = True
    answered.release()


def main(moment: str) -> None:
    streamlit_internals.keep_end_of_runs()
    streamlit_internals.keep_clicks()
    compiled = ScriptCache.get_bytecode

    @functools.wraps(compiled)
    def get_bytecode(self: ScriptCache, path: str) -> object:
        now("before it is answered")
        return compiled(self, path)

    ScriptCache.get_bytecode = get_bytecode  # type: ignore[method-assign, assignment]
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
            [button] = {message.delta.new_element.button.id for message in drawn} - {""}
            click, elsewhere = asked(fragment), asked()
            click.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
            click.rerun_script.page_script_hash, elsewhere.rerun_script.page_script_hash = hashes
            if moment == "where the part was":
                is_moved.set()
                socket.send_bytes(asked().SerializeToString())
                heard(socket, PAGE_ENDS)
                socket.send_bytes(click.SerializeToString())
            elif moment in ("while the part is drawn", "as a run ends"):
                coming[moment] = [click, elsewhere]
                socket.send_bytes(asked(fragment).SerializeToString())
            else:
                coming[moment] = [elsewhere]
                socket.send_bytes(click.SerializeToString())
            if "going" in moment:
                print(int(answered.acquire(timeout=10)))
                return
            shown = texts(heard(socket, PAGE_ENDS))
            print(int(answered.acquire(timeout=0)), shown[-1])


if __name__ == "__main__":
    sys.modules["tests.server.unlucky_click"] = sys.modules["__main__"]
    main(sys.argv[1])
