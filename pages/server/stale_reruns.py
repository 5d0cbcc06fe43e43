"""Stale reruns: the timer of a page ticks while its person already asks for the next page.

Streamlit would run the old page's fragment all the same and answer in the old page's name: the browser takes that for
another change of page and clears the new one, for good. It stops its own timers in time, but not those of a component.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages import streamlit_internals


@dataclass
class Visit:
    """What one open page has asked for and what it shows, by the names (script hashes) that Streamlit has for pages."""

    asked: str = ""
    shown: str = ""

    def is_stale(self, data: bytes) -> bool:
        """Whether this, from the browser, is a tick of a page that is being left."""
        run = streamlit_internals.rerun_of(data)
        if run is None:
            return False
        if run.fragment:
            return bool(self.asked) and run.page not in ("", self.asked)
        self.asked = run.page or self.asked
        return False

    def for_shown_page(self, data: bytes) -> bytes:
        """What goes to the browser, where a tick that was taken before the page changed is answered after it."""
        page = streamlit_internals.page_of_navigation(data)
        if page is not None:
            self.asked = self.shown = page
        return streamlit_internals.with_fragments_page(data, self.shown) if self.shown else data


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
