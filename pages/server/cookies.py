"""Who is who, without a sign-in: a random name that the browser keeps, so that a reload finds one's own orders."""

from __future__ import annotations

import uuid
from http.cookies import SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.session.visitor import COOKIE, visitor_of

YEAR = 365 * 86_400


class NameVisitors:
    """Gives each new browser its name with the first page. It is no sign-in and opens nothing: it only sorts orders."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_known = scope["type"] != "http" or visitor_of(HTTPConnection(scope).cookies) is not None
        await self.app(scope, receive, send if is_known else _naming(send))


def _naming(send: Send) -> Send:
    async def with_name(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/html"):
                headers.append("Set-Cookie", _cookie(uuid.uuid4().hex))
        await send(message)

    return with_name


def _cookie(name: str) -> str:
    cookie: SimpleCookie = SimpleCookie({COOKIE: name})
    cookie[COOKIE].update({"path": "/", "max-age": str(YEAR), "httponly": "1", "samesite": "Lax"})
    return cookie[COOKIE].OutputString()
