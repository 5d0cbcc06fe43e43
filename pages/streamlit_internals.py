"""Streamlit's insides that we lean on: all of them, each with why and with the test that tells when it has changed.

It imports nothing of ours, so that `pages.server` and `pages.ui` may both use it. What is no Python:

- `runner.postScriptGC = false` (`.streamlit/config.toml`), a hidden option: a collection after every run of every
  session makes all of them wait. `pages.server.memory` takes its place. Told by `tests/server/test_internals.py`.
- Class names, test ids and the timer's iframe in `pages/ui/style.css`. Told by
  `test_on_a_phone_tasks_are_cards_that_a_finger_chooses` and `test_nothing_outside_the_board_dims_while_it_ticks`
  (`tests/browser/test_board.py`), `test_nothing_is_wider_than_a_phone` (`tests/browser/test_pages.py`).
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, cast
from weakref import WeakKeyDictionary

import streamlit as st
from google.protobuf.message import DecodeError
from streamlit import config, file_util, runtime
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.components.v1 import declare_component
from streamlit.components.v1.custom_component import CustomComponent
from streamlit.errors import StreamlitAPIException
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import RerunData, RerunException, ScriptRunner, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import (
    ScriptRequests,
    ScriptRequestType,
    _has_active_trigger_value,
)
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState
from streamlit.runtime.state import SafeSessionState
from streamlit.user_info import generate_login_redirect_url
from streamlit.watcher.polling_path_watcher import PollingPathWatcher
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

END_BYTES = 1000
"""No message that ends a run is longer."""
TURN_SECONDS = 0.01
"""Between two looks whether all of a run that has ended was taken over."""


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


def is_end_of_run(data: bytes) -> bool:
    """Whether this message to a browser says that all it asked for is there.

    Why: nothing public tells when a run is over. Told by `tests/server/test_run_times.py`.
    """
    if len(data) > END_BYTES:
        return False
    message = ForwardMsg.FromString(data)
    ends = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
    return message.WhichOneof("type") == "script_finished" and message.script_finished in ends


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


def documents() -> list[Path]:
    """Every document with a script of its own: Streamlit's, and the timer's."""
    timer = importlib.util.find_spec("streamlit_autorefresh")
    found = Path(timer.origin).parent.glob("**/index.html") if timer is not None and timer.origin else ()
    return [Path(file_util.get_static_dir(), "index.html"), *found]


def session_begun(data: bytes) -> str:
    """The id of the session that this message to a browser begins; empty for other messages.

    Why: whoever knows the id can resume the session, so it is kept whose it is. Told by
    `tests/attacks/test_session_id.py`.
    """
    return str(ForwardMsg.FromString(data).new_session.initialize.session_id)


def redirect(url: str) -> bytes:
    """A message that has the browser leave its page for another address, as Streamlit's own sign-in does."""
    message = ForwardMsg()
    message.auth_redirect.url = url
    return bytes(message.SerializeToString())


def allows_host(host: str | None) -> bool:
    """Whether `server.allowedHosts` names it. Streamlit asks that for sockets only."""
    return is_host_allowed(host)


def login_address() -> str:
    """Where Streamlit's sign-in begins."""
    return generate_login_redirect_url("default")


def user_cookie(cookies: Mapping[str, str], read: Callable[[str], bytes | None]) -> bytes | None:
    """What Streamlit's sign-in left in cookies, which may be parted; `read` gives one part, verified.

    Why: `st.user` is there in the runs of pages only, and does not look at when it was signed. Told by
    `tests/attacks/test_forged_cookie.py`.
    """
    return get_cookie_with_chunks(read, USER_COOKIE_NAME) if USER_COOKIE_NAME in cookies else None


def run_page_again(session_id: str) -> bool:
    """Have the page of a session drawn again; False when there is no such session."""
    session = runtime.get_instance().get_app_session(session_id)
    if session is None:
        return False
    session.request_rerun(session._client_state)
    return True


def free_upload(file_id: str) -> None:
    """Free the memory of this session's uploaded file.

    Why: a widget keeps its file for as long as it stands, and nothing public takes the file from it. Told by
    `tests/server/test_internals.py`.
    """
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        manager = cast(MemoryUploadedFileManager, runtime.get_instance().uploaded_file_mgr)
        manager.remove_file(context.session_id, file_id)


def keep_deferred_ids() -> None:
    """Let a button behind which a file is made on the click be the same one after it was drawn again.

    Why: each drawing gives it a new id and forgets the old one, so that a click which meets a tick brings nothing. Told
    by `tests/server/test_internals.py`.
    """
    add, secret = MediaFileManager.add_deferred, uuid.uuid4().hex

    @functools.wraps(add)
    def add_under_its_own(self: MediaFileManager, *args: Any, **named: Any) -> str:
        given = add(self, *args, **named)
        with self._lock:
            entry = self._deferred_callables.pop(given)
            whose, what = entry["session_id"], entry["element_id"] or entry["coordinates"]
            kept = hashlib.sha256(f"{secret} {whose} {what}".encode()).hexdigest()
            self._deferred_callables[kept] = entry
            self._deferred_ids_by_session[whose].discard(given)
            self._deferred_ids_by_session[whose].add(kept)
            self._files_by_session_and_coord[whose][entry["coordinates"]] = kept
        return kept

    MediaFileManager.add_deferred = add_under_its_own  # type: ignore[method-assign]


def keep_theme() -> None:
    """Read the colours of `config.toml` once, until it is read anew.

    Why: they go with the beginning of every run, a tick's too, and are looked up among all options six times for each.
    Told by `tests/server/test_internals.py`.
    """
    fill = app_session._populate_theme_msg

    @functools.cache
    def theme_of(section: str) -> CustomThemeConfig:
        found = CustomThemeConfig()
        fill(found, section)
        return found

    def fill_kept(msg: CustomThemeConfig, section: str = "theme") -> None:
        kept = theme_of(section)
        if kept.ByteSize():  # what is merged with nothing is there from then on, and a theme without colours
            msg.MergeFrom(kept)

    app_session._populate_theme_msg = fill_kept
    config.on_config_parsed(theme_of.cache_clear, force_connect=True)


def keep_undelivered() -> None:
    """Send a browser everything that was drawn before a fragment runs again.

    Why: what a busy server has not sent yet is thrown away when its fragment is run anew, but not what a fragment
    inside of it drew after that. The browser is told of the seventh child before the sixth, and clears the page for
    good ("Bad delta path index"). Told by `tests/server/test_internals.py`.
    """
    clear = ForwardMsgQueue.clear

    @functools.wraps(clear)
    def clear_for_pages(
        self: ForwardMsgQueue, retain_lifecycle_msgs: bool = False, fragment_ids_this_run: list[str] | None = None
    ) -> None:
        if retain_lifecycle_msgs and fragment_ids_this_run is not None:
            self._delta_index_map = {}  # the new run's elements come after, and take no older one's place
        else:
            clear(self, retain_lifecycle_msgs, fragment_ids_this_run)

    ForwardMsgQueue.clear = clear_for_pages  # type: ignore[method-assign]


def keep_end_of_runs() -> None:
    """Send a browser the end of a run, too, where a tick or a click in a fragment comes just as the run ends.

    Why: for these another runner is begun where the last one takes nothing more, and what that one drew and the server
    has not taken over yet is ignored from then on: the end of a page is missing until the whole page runs again. Told
    by `test_the_end_of_a_page_is_not_lost_where_a_tick_comes_as_its_run_ends` (`tests/server/test_internals.py`).
    """
    begin = AppSession._create_scriptrunner
    awaiting: WeakKeyDictionary[AppSession, ScriptRequests] = WeakKeyDictionary()

    def begin_in_turn(self: AppSession, initial_rerun_data: RerunData) -> None:
        is_first = self not in awaiting
        awaiting.setdefault(self, ScriptRequests()).request_rerun(initial_rerun_data)
        if is_first or self._scriptrunner is None:
            begin_awaited(self)

    def begin_awaited(session: AppSession) -> None:
        if session not in awaiting or session._state == AppSessionState.SHUTDOWN_REQUESTED:
            awaiting.pop(session, None)
        elif session._scriptrunner is None:
            begin(session, awaiting.pop(session).on_scriptrunner_ready().rerun_data)
        else:
            session._event_loop.call_later(TURN_SECONDS, begin_awaited, session)

    AppSession._create_scriptrunner = begin_in_turn  # type: ignore[method-assign]


def keep_clicks() -> None:
    """Have every click answered, whatever else the browser asks for in the same moment.

    Why: what comes between a click and its callback, or while that works, has Streamlit leave the click or the callback
    as it is; so does a browser that goes away, as in a reload. A click in a fragment that has got another place
    meanwhile is for none that is known. And a tick of the page before that comes as a click turns to the next one turns
    back. (What waits while the page is left is kept by `runner.fastReruns = false`.) Told by
    `tests/server/test_clicks.py`.
    """
    answering: dict[int, list[RerunData]] = {}  # by thread: what the callbacks that work in it have asked for so far
    answer, handle = SafeSessionState.on_script_will_rerun, ScriptRunner._maybe_handle_execution_control_request
    request, fold = AppSession.request_rerun, ScriptRequests._request_rerun_locked

    @functools.wraps(answer)
    def answer_wholly(self: SafeSessionState, *args: Any, **named: Any) -> None:
        answering[threading.get_ident()] = []
        try:
            answer(self, *args, **named)
        finally:
            del answering[threading.get_ident()]

    def handle_own_or_after(self: ScriptRunner) -> None:
        asked = answering.get(threading.get_ident())
        if asked is None or asked or self._requests._state == ScriptRequestType.STOP:
            if asked:
                asked.clear()
            handle(self)

    def fold_for_next_page(self: ScriptRequests, new_data: RerunData) -> bool:
        answering.get(threading.get_ident(), []).append(new_data)
        before, is_of_part = self._rerun_data, bool(new_data.fragment_id or new_data.fragment_id_queue)
        if self._state == ScriptRequestType.RERUN and is_of_part and not before.fragment_id_queue:
            page, name, query = before.page_script_hash, before.page_name, before.query_string
            new_data = replace(new_data, page_script_hash=page, page_name=name, query_string=query)
        return fold(self, new_data)

    def request_for_all(self: AppSession, client_state: ClientState | None) -> None:
        is_click = client_state and any(map(_has_active_trigger_value, client_state.widget_states.widgets))
        if client_state and is_click and not self.has_fragment(client_state.fragment_id):
            client_state.fragment_id = ""  # the whole page
        request(self, client_state)

    SafeSessionState.on_script_will_rerun = answer_wholly  # type: ignore[method-assign]
    ScriptRunner._maybe_handle_execution_control_request = handle_own_or_after  # type: ignore[method-assign]
    ScriptRequests._request_rerun_locked = fold_for_next_page  # type: ignore[method-assign]
    AppSession.request_rerun = request_for_all  # type: ignore[method-assign]
    # Asked for by a browser that goes away and by "Stop", in place of which a run of some milliseconds ends by itself.
    AppSession.request_script_stop = lambda self: None  # type: ignore[method-assign]


def redraw(fragments: Sequence[str]) -> None:
    """From a widget's callback: run these fragments, by their keys, in place of the widget's own.

    Why: `st.rerun` runs these in place of everything else that was asked for in the same moment, too: a click that met
    a tick would be answered and not drawn, and so would the next page. Told by `tests/server/test_clicks.py`.
    """
    context = get_script_run_ctx()
    if context is None or not context.fragment_ids_this_run:
        return  # the whole page runs, and these with it
    own = ThreadState.get().fragment_id
    asked = context.session_state._state._current_interaction_widget_states
    has_click = asked is not None and any(map(_has_active_trigger_value, asked.widgets))
    also = [each for each in context.fragment_ids_this_run if each != own or has_click]
    try:
        st.rerun(fragments)
    except StreamlitAPIException:
        return  # the page was left meanwhile, and its parts with it
    except RerunException as wanted:
        queue = list(dict.fromkeys([*wanted.rerun_data.fragment_id_queue, *also]))
        raise RerunException(replace(wanted.rerun_data, fragment_id_queue=queue)) from None


def watch_no_files() -> None:
    """Let go of the files that Streamlit watches in spite of `server.fileWatcherType = "none"`: it looks five times a
    second for changes of `config.toml` and `secrets.toml`, a tenth of what an idle dashboard computes.

    Told by `tests/server/test_internals.py`.
    """
    if config.get_option("server.fileWatcherType") == "none":
        PollingPathWatcher._schedule = lambda self: None  # type: ignore[method-assign]


File = tuple[str, str]
"""Session and file, by their ids."""


def session_id() -> str | None:
    """The id of the session that a script runs for."""
    context = get_script_run_ctx()
    return context.session_id if context is not None else None


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
