"""A viewer who speaks to the page's socket by hand: what they may not do, no message does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from kling.orders.placing import new_row
from kling.orders.repository import Repository
from kling.store import Store
from tests.attacks.attacker import DONE
from tests.attacks.protected import COOKIE, SECONDS, TEAM, ProtectedDashboard

MIA, VERA = f"mia@{TEAM}", f"vera@{TEAM}"
BODY = {"workId": -100_000_000_000_004, "image": "https://file.invalid/person.jpg"}


class Page:
    """A page as a program has it: the buttons on it by their ids, and what it was told."""

    def __init__(self, socket: ClientConnection, url: str, query: str) -> None:
        self._socket = socket
        self._url = url
        self._query = query
        self._script = ""
        self.buttons: list[str] = []
        self.toasts: list[str] = []

    def run(self, pressed: str = "") -> None:
        """Draw it, as after this button was pressed."""
        ask = BackMsg()
        ask.rerun_script.query_string = self._query
        ask.rerun_script.page_script_hash = self._script
        ask.rerun_script.context_info.url = f"{self._url}/"
        if pressed:
            ask.rerun_script.widget_states.widgets.add(id=pressed, trigger_value=True)
        self._socket.send(ask.SerializeToString())
        while not self._is_end(self._socket.recv(SECONDS)):
            pass

    def _is_end(self, data: object) -> bool:
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._script = message.navigation.page_script_hash
        if kind == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "button":
                self.buttons.append(element.button.id)
            elif element.WhichOneof("type") == "toast":
                self.toasts.append(element.toast.body)
        return kind == "script_finished" and message.script_finished in DONE


@contextmanager
def page_of(protected: ProtectedDashboard, name: str, query: str) -> Iterator[Page]:
    with protected.socket({COOKIE: protected.cookie(name)}) as socket:
        page = Page(socket, protected.url, query)
        page.run()
        yield page


def test_no_message_has_a_viewer_order(protected: ProtectedDashboard) -> None:
    with closing(Store(f"sqlite:///{protected.folder.as_posix()}/orders.sqlite")) as store:
        store.open()
        book = Repository(store, "practice")
        rows = [new_row(each, each, "video", BODY, "", MIA, book.now()) | {"batch": "b"} for each in ("one", "two")]
        book.add(rows)
        for order in ("one", "two"):
            book.update(order, step="cancelled", ended_at=book.now())

        def placed() -> set[str]:
            return {row["id"] for row in book.find()} - {"one", "two"}

        protected.register().give_role(VERA, "viewer")
        with page_of(protected, "mia", "batch=b") as mine, page_of(protected, "vera", "batch=b") as theirs:
            again = {order: next(id for id in mine.buttons if f"retry {order}" in id) for order in ("one", "two")}
            assert not [button for button in theirs.buttons if "retry" in button]
            theirs.run(again["one"])  # the id is the same for everybody, and easily learned
            assert placed() == set()
            mine.run(again["one"])
            assert placed() == {"one-again"}
            protected.register().give_role(MIA, "viewer")
            while shows_retry(protected, "mia"):
                pass  # the dashboard learns of it within a second
            mine.run(again["two"])  # her page has the button still
            assert any("not have videos made" in toast for toast in mine.toasts)
            assert placed() == {"one-again"}


def shows_retry(protected: ProtectedDashboard, name: str) -> bool:
    with page_of(protected, name, "batch=b") as page:
        return any("retry" in button for button in page.buttons)
