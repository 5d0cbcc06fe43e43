"""Somebody who clicks, types and sends files over the socket, by what the page shows."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, FileURLs
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.bench.viewers import Viewer

LABELLED = ("button", "file_uploader", "text_area")
ONCE = ("trigger_value", "json_trigger_value")
"""Values that are sent with one run alone: clicks."""


class Shown(NamedTuple):
    """Something to click or fill in; `fragment` is what runs when that is done."""

    id: str
    fragment: str
    is_disabled: bool


@dataclass
class Person(Viewer):
    """What they see is of the last run of the page and of its parts since."""

    shown: dict[tuple[str, str], Shown] = field(default_factory=dict)
    """By kind and label."""
    cards: list[str] = field(default_factory=list)
    """The keys of the motions to choose from, as they were shown last."""
    picker: Shown | None = None
    address: str = ""
    is_new: bool = True
    """Whether they have come, or come back, just now."""

    def __post_init__(self) -> None:
        self.headers = {"X-Email": self.address}

    def sees(self, kind: str, label: str) -> Shown | None:
        """What is shown under a label that begins like this, and can be used."""
        found = (shown for (of, name), shown in self.shown.items() if of == kind and name.startswith(label))
        return next((shown for shown in found if not shown.is_disabled), None)

    async def click(self, label: str) -> None:
        button = self.sees("button", label)
        assert button is not None, f"no button {label}: {sorted(self.shown)}"
        await self._change(button, "trigger_value", True)

    async def type(self, label: str, words: str) -> None:
        field_ = self.sees("text_area", label)
        assert field_ is not None, f"no field {label}: {sorted(self.shown)}"
        await self._change(field_, "string_value", words)

    async def choose_first_card(self) -> None:
        assert self.picker is not None
        chosen = [{"event": "chosen", "value": self.cards[0]}]
        await self._change(self.picker, "json_trigger_value", json.dumps(chosen))

    async def give_file(self, label: str, name: str, data: bytes, content_type: str) -> None:
        """As the browser does it: ask for an address, send the file there, and say so."""
        uploader = self.sees("file_uploader", label)
        assert uploader is not None, f"no place for a file {label}: {sorted(self.shown)}"
        urls = await self.address_for(name)
        await asyncio.to_thread(self._send_file, urls.upload_url, name, data, content_type)
        state = FileUploaderState()
        state.uploaded_file_info.add(name=name, size=len(data), file_id=urls.file_id, file_urls=urls)
        await self._change(uploader, "file_uploader_state_value", state)

    async def address_for(self, name: str) -> FileURLs:
        """Where a file of theirs is to be sent."""
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        await self._say(message)
        while (answer := await self._hear()).WhichOneof("type") != "file_urls_response":
            pass
        urls: FileURLs = answer.file_urls_response.file_urls[0]
        return urls

    def for_sending(self) -> dict[str, str]:
        """What a browser says beside a file."""
        answer = requests.get(f"{self.url}/_stcore/health", headers=self.headers, timeout=60)
        token = answer.cookies.get("_streamlit_xsrf") or ""
        return {**self.headers, "X-Xsrftoken": token, "Cookie": f"_streamlit_xsrf={token}"}

    def _send_file(self, path: str, name: str, data: bytes, content_type: str) -> None:
        files = {"file": (name, data, content_type)}
        requests.put(self.url + path, files=files, headers=self.for_sending(), timeout=60).raise_for_status()

    async def _change(self, shown: Shown, kind: str, value: Any) -> None:
        self.widgets[shown.id] = (kind, value)
        try:
            await self._run(shown.fragment)
        finally:
            if kind in ONCE:
                del self.widgets[shown.id]

    def _is_end(self, message: ForwardMsg) -> bool:
        if message.WhichOneof("type") == "new_session" and not message.metadata.run.fragment_ids:
            self.shown.clear()
            self.picker, self.timer = None, ""
        return super()._is_end(message)

    def _notice(self, message: ForwardMsg) -> None:
        super()._notice(message)
        element, fragment = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type") or ""
        if kind in LABELLED:
            widget = getattr(element, kind)
            self.shown[kind, widget.label] = Shown(widget.id, fragment, widget.disabled)
        elif kind == "bidi_component" and "create picker" in element.bidi_component.id:
            drawn = json.loads(element.bidi_component.json or "{}")
            self.cards = [card["key"] for card in drawn.get("cards", ())] or self.cards
            events = f"$$STREAMLIT_INTERNAL_KEY_{element.bidi_component.id}__events"
            self.picker = Shown(events, fragment, not self.cards)
