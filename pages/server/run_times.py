"""How long the server takes for what a browser asks for, told in `/metrics`."""

from __future__ import annotations

import time
from dataclasses import dataclass

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages import streamlit_internals

SECONDS = Histogram(
    "kling_page_seconds",
    "From what a browser asks for to the end of what it gets: a tick (or a click in a part) or a whole page",
    ["run"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
)


@dataclass
class Pending:
    """What one browser waits for; of several that it has asked for meanwhile, the first."""

    run: str = ""
    since: float = 0.0

    def note_asked(self, data: bytes) -> None:
        asked = streamlit_internals.rerun_of(data)
        if asked is not None and not self.run:
            self.run, self.since = "tick" if asked.fragment else "page", time.perf_counter()

    def note_answered(self, data: bytes) -> None:
        if self.run and streamlit_internals.is_end_of_run(data):
            SECONDS.labels(self.run).observe(time.perf_counter() - self.since)
            self.run = ""


class MeasureRuns:
    """Stands between the browsers and Streamlit."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        pending = Pending()

        async def receive_noted() -> Message:
            message = await receive()
            pending.note_asked(message.get("bytes") or b"")
            return message

        async def send_noted(message: Message) -> None:
            await send(message)
            pending.note_answered(message.get("bytes") or b"")

        await self.app(scope, receive_noted, send_noted)
