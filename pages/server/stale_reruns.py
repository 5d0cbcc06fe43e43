"""Stale reruns: the timer of a page ticks while its person already asks for the next page.

Streamlit would run the old page's fragment all the same and answer in the old page's name: the browser takes that for
another change of page and clears the new one, for good. It stops its own timers in time, but not those of a component.
"""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


@dataclass
class Visit:
    """What one open page has asked for and what it shows, by the names (script hashes) that Streamlit has for pages."""

    asked: str = ""
    shown: str = ""

    def is_stale(self, data: bytes) -> bool:
        """Whether this, from the browser, is a tick of a page that is being left."""
        try:
            run = BackMsg.FromString(data).rerun_script
        except DecodeError:
            return False  # Streamlit has its own answer to that.
        if run.fragment_id:
            return bool(self.asked) and run.page_script_hash not in ("", self.asked)
        self.asked = run.page_script_hash or self.asked
        return False

    def for_shown_page(self, data: bytes) -> bytes:
        """What goes to the browser, where a tick that was taken before the page changed is answered after it."""
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.asked = self.shown = message.navigation.page_script_hash
        elif kind == "new_session" and message.metadata.run.fragment_ids and self.shown:
            message.new_session.page_script_hash = self.shown
            return bytes(message.SerializeToString())
        return data


class DropStaleReruns:
    """Stands between the browsers and Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        visit = Visit()

        async def receive_fresh() -> Message:
            message = await receive()
            while visit.is_stale(message.get("bytes") or b""):
                message = await receive()
            return message

        async def send_renamed(message: Message) -> None:
            if data := message.get("bytes"):
                message = {**message, "bytes": visit.for_shown_page(data)}
            await send(message)

        await self.app(scope, receive_fresh, send_renamed)
