"""The pages without a browser: the router's script run against a practice API over real HTTP."""

from __future__ import annotations

import functools
import json
import time
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX
from streamlit.testing.v1 import AppTest, app_test, local_script_runner

from kling.feed import Feeds, Snapshot
from pages.ui.session import shared
from tests.installed import scan_once
from tests.media.samples import picture
from tests.sandbox_server import Sandbox

PLACES = 5
"""How many videos the practice API makes at once."""
ROUTER = Path(__file__).parents[2] / "pages" / "router.py"
LISTS = (
    "tasks",
    "official_motions",
    "own_motions",
    "videos",
    "pictures",
    "elements",
    "accounts",
    "capacity",
    "balance",
)

# As in a server: a script is compiled once for all its runs, not anew for each.
SCRIPTS = functools.cache(ScriptCache)
for module in (app_test, local_script_runner):
    vars(module)["ScriptCache"] = SCRIPTS


def _runtime_without_browsers(**options: Any) -> MagicMock:
    """A browser made of mocks would cost a quarter of each run: whatever a page asks of it is a new class."""
    runtime = MagicMock(**options)
    runtime.get_client = lambda session_id: None
    return runtime


vars(app_test)["MagicMock"] = _runtime_without_browsers


class Pages:
    """One person's session. `settle` waits until nothing is under way behind the page, then draws it again."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        scan_once()
        self.at = AppTest.from_file(str(ROUTER), default_timeout=30)

    def open(self, page: str = "create.py") -> AppTest:
        if page != "create.py":
            self.at.switch_page(page)
        self.at.run()
        return self.settle()

    def settle(self) -> AppTest:
        batch = str(self.at.query_params.get("batch", ""))  # AppTest makes a string of what stands there once
        first = shared.orders().of_batch(batch)[:PLACES] if batch else []  # what has not begun is not yet under way
        for order in [each for each in (*first, *shared.orders().under_way()) if not each.is_held]:
            shared.orders().at_rest(order.id)
        seen = self._lists_settled()
        self.at.run()
        if self._lists_settled() != seen:  # what one list brought made the page look at another
            self.at.run()
        return self.at

    def look_again(self) -> AppTest:
        for name in LISTS:
            getattr(self._feeds, name).look_again()
        self.at.run()
        return self.settle()

    @property
    def _feeds(self) -> Feeds:
        return shared.feeds(self.at.session_state.get("account"))

    def _lists_settled(self) -> list[Snapshot[Any]]:
        """What is known of each list, once no look is under way."""
        return [getattr(feeds, name).settled() for feeds in (self._feeds, shared.feeds(None)) for name in LISTS]

    def words(self) -> str:
        """Everything a person can read on the page."""
        at = self.at
        told = [*at.title, *at.subheader, *at.markdown, *at.caption, *at.error, *at.warning, *at.info, *at.success]
        return "\n".join(str(each.value) for each in told)

    def choose_picture(self, data: bytes, name: str = "person.jpg") -> AppTest:
        self.at.file_uploader(key="picture file").set_value((name, data, "image/jpeg")).run()
        return self.settle()

    def compose(self) -> None:
        """On Create, all that a video needs: the first motion and a picture."""
        self.open()
        self.choose_card(self.card_names()[0])
        self.choose_picture(picture())

    def fields(self) -> set[str]:
        """The keys of the inputs on the page."""
        at = self.at
        fields = [*at.segmented_control, *at.number_input, *at.toggle, *at.text_area, *at.text_input]
        return {str(field.key) for field in fields}

    def cards(self) -> list[dict[str, Any]]:
        """What the picker on the page is given to draw."""
        return [card for proto in self._components("picker") for card in json.loads(proto.json)["cards"]]

    def rows(self) -> list[dict[str, Any]]:
        """What the table of tasks on the page is given to draw."""
        return [row for proto in self._components("tasks.table") for row in json.loads(json.loads(proto.json)["rows"])]

    def card_names(self) -> list[str]:
        return [card["name"] for card in self.cards()]

    def empty_words(self) -> list[str]:
        """What the picker on the page says where no card fits."""
        return [json.loads(proto.json)["empty"] for proto in self._components("picker")]

    def choose_card(self, name: str) -> AppTest:
        key = next(card["key"] for card in self.cards() if card["name"] == name)
        return self.tell("picker", "chosen", key, holding=key)

    def tell(self, component: str, event: str, value: object, holding: str = "") -> AppTest:
        """What a component's script would tell: AppTest has no hands for components, so its message is made here."""
        proto = next(each for each in self._components(component) if f'"{holding}' in each.json)
        states = self.at._tree.get_widget_states()
        widget = states.widgets.add()
        widget.id = f"{STREAMLIT_INTERNAL_KEY_PREFIX}_{proto.id}__events"
        widget.json_trigger_value = json.dumps([{"event": event, "value": value}])
        self.at._run(states)
        return self.settle()

    def _components(self, name: str) -> list[Any]:
        return [each.proto for each in self.at.get("bidi_component") if name in each.proto.component_name]

    def pick_motions(self, *keys: str) -> AppTest:
        """What clicks on their cards leave behind where several can be picked."""
        self.at.session_state["motions of several"] = keys
        return self.at.run()

    def press(self, label: str) -> AppTest:
        next(button for button in self.at.button if button.label == label).click().run()
        return self.settle()

    def unfold(self, key: str, is_open: bool = True) -> AppTest:
        """What a click on the heading of a fold leaves behind."""
        self.at.session_state[key] = is_open
        return self.at.run()

    def await_button(self, label: str, timeout: float = 60.0) -> None:
        """Draw the page again until it has the button, for so many seconds at most."""
        until = time.monotonic() + timeout
        while label not in [button.label for button in self.at.button]:
            assert time.monotonic() < until, f"no button “{label}” came; the page says:\n{self.words()}"
            self.at.run()

    def await_words(self, words: str, is_there: bool = True, timeout: float = 60.0) -> None:
        """Draw the page again until it has these words, or no longer has, for so many seconds at most."""
        until = time.monotonic() + timeout
        while (words in self.words()) is not is_there:
            assert time.monotonic() < until, f"“{words}” {'did not come' if is_there else 'stayed'}:\n{self.words()}"
            self.at.run()

    def posted(self, path: str) -> list[dict[str, object]]:
        """The bodies of the POSTs that reached `path`."""
        return [
            call["body"] for call in self.sandbox.calls() if call["method"] == "POST" and call["path"].endswith(path)
        ]
