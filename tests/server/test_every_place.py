"""Whatever ticks and clicks hit the pages at once, the browser finds a place for all that it is told to draw."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.processes import live_dashboard, practice_api
from tests.server.browser_tree import BrowserTree

WAIT_SECONDS = 60
REQUESTS = 200
PAGES = ("", "upload", "tasks", "results")


class Browser:
    """One open page: what it was told, and what of it can be asked for."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.tree = BrowserTree()
        self.pages: dict[str, str] = {}
        self.fragments: dict[str, str] = {}
        """Each with its timer, if it has one."""

    def ask(self, page: str, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.page_script_hash, message.rerun_script.fragment_id = page, fragment
        if timer := self.fragments.get(fragment):
            message.rerun_script.widget_states.widgets.add(id=timer).json_value = json.dumps(random.random())
        self.socket.send(message.SerializeToString())

    def hear(self, seconds: float) -> bool:
        """Take in one message; whether there was one."""
        try:
            data = self.socket.recv(seconds)
        except TimeoutError:
            return False
        assert isinstance(data, bytes)
        message = ForwardMsg.FromString(data)
        self.tree.take(message)
        self._note(message)
        return True

    def _note(self, message: ForwardMsg) -> None:
        for page in message.navigation.app_pages:
            self.pages[page.url_pathname] = page.page_script_hash
        element, fragment = message.delta.new_element, message.delta.fragment_id
        if fragment:
            is_timer = element.WhichOneof("type") == "component_instance"
            self.fragments[fragment] = element.component_instance.id if is_timer else self.fragments.get(fragment, "")

    def settle(self) -> None:
        """Until the page has been drawn and nothing runs any more."""
        self.tree.is_drawn = False
        self.ask(self.tree.page)
        while not (self.hear(WAIT_SECONDS) and self.tree.is_drawn):
            pass


@contextmanager
def browser_at(url: str) -> Iterator[Browser]:
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    with connect(
        address, subprotocols=["streamlit"], max_size=None, max_queue=None, open_timeout=WAIT_SECONDS  # type: ignore[list-item]
    ) as socket:  # fmt: skip
        yield Browser(socket)


def test_every_element_has_a_place_while_ticks_and_clicks_hit_at_once(tmp_path: Path) -> None:
    dice = random.Random(2)
    with practice_api() as api, live_dashboard(tmp_path, api) as server, browser_at(server.url) as browser:
        browser.settle()
        asked = 0
        while asked < REQUESTS:
            for _ in range(dice.randint(1, 4)):
                asked += 1
                if dice.random() < 0.1:
                    browser.ask(browser.pages[dice.choice(PAGES)])
                else:
                    browser.ask(browser.tree.page, dice.choice([*browser.fragments, ""]))
            while browser.hear(dice.choice([0.0, 0.005, 0.02])):
                pass
        browser.settle()
