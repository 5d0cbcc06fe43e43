"""The middleware that every request and every socket passes before Streamlit or a route sees it.

Open to everybody are only the health checks, the way to sign in, and `/metrics`, Kling's callback and links to single
videos, which carry a secret each. A document without a person leads to the sign-in, everything else is refused.
"""

from __future__ import annotations

import ipaddress
import re
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected

from kling import NotConfigured
from kling.people import Identity, Person
from pages import streamlit_internals
from pages.server import sign_in
from pages.server.cookies import secured
from pages.server.document import PATHS
from pages.server.identity import address_of_browser, identity_of, origin_of, peer_of
from pages.server.sockets import REFUSED, Owners, Socket, Sockets
from pages.ui.session import people, shared
from pages.ui.session.identity import HEADER, header_of, person_of
from pages.ui.session.signed_cookies import base_path, is_behind_tls

FOR_MACHINES = re.compile(r"/healthz|/readyz|/metrics|/hooks/kling/[^/]+")
TO_SIGN_IN = ("/auth/login", "/auth/logout", "/oauth2callback")
FOR_OUTSIDE = re.compile(r"/share/[^/]+(/video)?")
"""Each opens one video to whoever has the link."""
UPLOADS = re.compile(r"/_stcore/upload_file/([^/]+)/.+")
LOOPBACK = ("localhost", "127.0.0.1", "::1")
FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class Visit(NamedTuple):
    """Who somebody is, if they say so, and who they are here, if they may come in."""

    identity: Identity | None
    person: Person | None


class Access:
    """Stands between the browsers and everything else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.owners = Owners()
        self.sockets = Sockets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = {**scope, "headers": [each for each in scope["headers"] if each[0].lower() != HEADER.encode()]}
        path = _path_of(scope)
        send = secured(send) if is_behind_tls() else send
        if scope["type"] == "http" and FOR_MACHINES.fullmatch(path):
            await self.app(scope, receive, send)
            return
        try:
            refusal = why_not_served(HTTPConnection(scope))
            if refusal is not None:
                await _refuse(scope, receive, send, 403, refusal)
            elif scope["type"] == "websocket":
                await self._socket(scope, receive, send)
            elif FOR_OUTSIDE.fullmatch(path):
                await self.app(scope, receive, send)
            elif path in TO_SIGN_IN and shared.settings().sign_in == "oidc":
                await sign_in.pass_through(self.app, scope, receive, send, path)
            else:
                await self._request(scope, receive, send, path)
        except NotConfigured as error:
            await _refuse(scope, receive, send, 503, str(error))

    async def _request(self, scope: Scope, receive: Receive, send: Send, path: str) -> None:
        connection = HTTPConnection(scope)
        visit = await look(connection)
        is_document = path.strip("/") in PATHS and scope["method"] == "GET"
        upload = UPLOADS.fullmatch(path)
        if is_document and (answer := await sign_in.answer(connection, visit.identity, visit.person)) is not None:
            await answer(scope, receive, send)
        elif visit.person is None:
            await _refuse(scope, receive, send, 401, "Sign in first.")
        elif upload and not self.owners.may_use(upload[1], visit.person):
            await _refuse(scope, receive, send, 403, "This upload belongs to somebody else.")
        else:
            await self.app(_with(scope, visit), receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        if not is_own_origin(connection):
            await _refuse(scope, receive, send, 403, "")
            return
        visit = await look(connection)
        if visit.person is None:
            await _refuse(scope, receive, send, 401, "")
            return
        socket = Socket(_with(scope, visit), visit.person, self.owners, receive, send)
        # Streamlit closes once more what a browser has left just then, which is an error of its own.
        with self.sockets.watching(socket, visit.identity), suppress(WebSocketDisconnected):
            await self.app(socket.scope, socket.receive, socket.send)


async def look(connection: HTTPConnection) -> Visit:
    """Who is behind a connection. Not in the event loop where the database or a proxy may have to be asked."""
    is_at_once = shared.settings().sign_in == "oidc" and people.register().is_up_to_date()
    if is_at_once or shared.settings().sign_in == "none":
        return _look(connection)
    return await run_in_threadpool(_look, connection)


def _look(connection: HTTPConnection) -> Visit:
    if shared.settings().sign_in == "none":
        return Visit(None, person_of(connection))
    identity = identity_of(connection)
    return Visit(identity, people.register().admit(identity) if identity else None)


def allowed_hosts() -> list[str]:
    """The names that this dashboard may be opened under; empty where any will do."""
    settings = shared.settings()
    public = urlsplit(settings.public_url or "").hostname
    if settings.sign_in == "none" and not settings.open:
        return list(LOOPBACK)
    return [public, *LOOPBACK] if public else []


def why_not_served(connection: HTTPConnection) -> str | None:
    """The sentence for somebody who asks from where, or under a name that, this dashboard does not serve."""
    settings = shared.settings()
    is_for_this_machine = settings.sign_in == "none" and not settings.open
    is_forwarded = any(name in connection.headers for name in FORWARDED)
    if is_for_this_machine and (is_forwarded or not is_loopback(peer_of(connection.scope))):
        return sign_in.THIS_MACHINE_ONLY
    if not streamlit_internals.allows_host(connection.headers.get("host")):
        return sign_in.THIS_MACHINE_ONLY if is_for_this_machine else sign_in.OTHER_NAME
    return None


def is_loopback(peer: str | None) -> bool:
    try:
        return ipaddress.ip_address(peer or "").is_loopback
    except ValueError:
        return False


def is_own_origin(connection: HTTPConnection) -> bool:
    """Whether a socket was opened by a page of ours. Programs that are no browsers name no origin."""
    origin = connection.headers.get("origin")
    if origin is None or origin == origin_of(shared.settings().public_url):
        return True
    try:
        return bool(urlsplit(origin).netloc) and urlsplit(origin).netloc == connection.headers.get("host")
    except ValueError:
        return False


def _path_of(scope: Scope) -> str:
    """Under the base path; as it is where it is not under it."""
    path: str = scope["path"]
    base = base_path()
    return path.removeprefix(base) if path.startswith(f"{base}/") or path == base else path


def _with(scope: Scope, visit: Visit) -> Scope:
    """As it came, with who it is: for pages in a header, which they can read, for routes and limits in `person`; and
    from where."""
    written = [header_of(visit.identity)] if visit.identity else []
    client = (address_of_browser(HTTPConnection(scope)), (scope.get("client") or ("", 0))[1])
    return {**scope, "headers": [*scope["headers"], *written], "person": visit.person, "client": client}


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, text: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": REFUSED})
        return
    await PlainTextResponse(text, status)(scope, receive, send)
