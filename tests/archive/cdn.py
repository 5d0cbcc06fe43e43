"""A practice API whose media come through a server with faults."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kling import KlingClient, Task
from kling.sandbox import create_app, serve
from tests.sandbox_server import SECONDS, Clock, Sandbox

Fault = Literal["403", "404", "410", "500", "html", "drop", "half", "longer", "empty"]
"""drop: the connection ends half way · half: half of the file, told as if it were all · longer: more is told than
comes · empty: nothing."""
HTML = b"<html><body>Please sign in</body></html>"


class Cdn:
    """Answers requests for media with the faults that are set, one each, then as the practice API does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        """By a part of the address."""
        self.asked: list[tuple[str, str]] = []
        """Paths and the ranges that were asked for."""

    def clear(self) -> None:
        self.faults.clear()
        self.asked.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or "/media/" not in scope["path"]:
            return await self._app(scope, receive, send)
        address = f"{scope['path']}?{scope['query_string'].decode()}"
        self.asked.append((scope["path"], dict(scope["headers"]).get(b"range", b"").decode()))
        fault = self._fault_of(address)
        if fault is None:
            return await self._app(scope, receive, send)
        if fault in ("drop", "half", "longer"):
            return await self._app(scope, receive, _Broken(send, fault))
        status, body = (200, HTML if fault == "html" else b"") if fault in ("html", "empty") else (int(fault), b"no")
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        return await send({"type": "http.response.body", "body": body})

    def _fault_of(self, address: str) -> Fault | None:
        if "lapsed=" in address:
            return "403"
        waiting = next((found for part, found in self.faults.items() if part in address and found), None)
        return waiting.pop(0) if waiting else None


class _Broken:
    """A `send` under which the answer comes only in part."""

    def __init__(self, send: Send, fault: Fault) -> None:
        self._send, self._fault = send, fault
        self._left = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            size = int(headers[b"content-length"])
            self._left = size if self._fault == "longer" else size // 2
            told = {"drop": size, "half": self._left, "longer": size + 1000}[self._fault]
            await self._send({**message, "headers": [*(headers | {b"content-length": str(told).encode()}).items()]})
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")[: self._left]
            self._left -= len(body)
            ends = self._fault == "half" and not self._left
            # Where the app ends without the last piece, its server closes the connection.
            if body or ends:
                await self._send({"type": "http.response.body", "body": body, "more_body": not ends})


class Service(Sandbox):
    """A practice API behind such a server, with one finished video."""

    cdn: Cdn

    def client(self, **options: Any) -> KlingClient:
        return KlingClient(self.token, self.url, **options)

    def finished(self, **order: Any) -> Task:
        """A task that has made its video."""
        task_id = self.task(**order)
        self.finish()
        return self.client().get_task(task_id)


@contextmanager
def service_of(**options: Any) -> Iterator[Service]:
    clock = Clock()
    app = create_app(clock=clock, seconds=SECONDS, **options)
    cdn = Cdn(app)
    with serve(cdn) as origin:
        service = Service(origin, app, clock)
        service.cdn = cdn
        yield service
