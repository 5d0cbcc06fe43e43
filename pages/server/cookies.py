"""Who is who, without a sign-in: a random name that the browser keeps, so that a reload finds one's own orders."""

from __future__ import annotations

import uuid

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pages.ui.session import shared
from pages.ui.session.signed_cookies import cookie
from pages.ui.session.visitor import COOKIE, visitor_of

YEAR = 365 * 86_400


class NameVisitors:
    """Gives each new browser its name with the first page. It is no sign-in and opens nothing: it only sorts orders."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_known = (
            scope["type"] != "http"
            or shared.settings().sign_in != "none"
            or visitor_of(HTTPConnection(scope).cookies) is not None
        )
        await self.app(scope, receive, send if is_known else _naming(send))


def _naming(send: Send) -> Send:
    async def with_name(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/html"):
                headers.append("Set-Cookie", cookie(COOKIE, uuid.uuid4().hex, YEAR))
        await send(message)

    return with_name


def secured(send: Send) -> Send:
    """Every cookie for https alone, Streamlit's own too."""

    async def with_secure(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [_secure(name, value) for name, value in message["headers"]]}
        await send(message)

    return with_secure


def _secure(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    is_to_add = name.lower() == b"set-cookie" and b"; secure" not in value.lower()
    return name, value + b"; Secure" if is_to_add else value
