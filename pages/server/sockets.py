"""Open sockets: whose session each may go on with, and that it ends when its person may not be here any more."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from kling import NotConfigured
from kling.people import Identity, Person
from pages.streamlit_internals import redirect, session_begun
from pages.ui.session import people
from pages.ui.session.signed_cookies import base_path

log = logging.getLogger(__name__)
CHECK_SECONDS = 1.0
"""How often it is looked whether those with an open socket may still be here."""
LEAVING_SECONDS = 5.0
"""After a sign-out a tab may be on its way to the provider, and would be led astray by a second way to go."""
SESSIONS = 10_000
REFUSED = 1008
"""The code of a socket that is closed for a rule."""


class Owners:
    """Whose session an id is: it resumes a session, and files are uploaded to it."""

    def __init__(self) -> None:
        self._owners: OrderedDict[str, str] = OrderedDict()

    def keep(self, session_id: str, person: Person) -> None:
        self._owners[session_id] = person.id
        self._owners.move_to_end(session_id)
        while len(self._owners) > SESSIONS:
            self._owners.popitem(last=False)

    def may_use(self, session_id: str, person: Person) -> bool:
        return self._owners.get(session_id) == person.id


class Socket:
    """A browser's connection, as Streamlit is given it."""

    def __init__(self, scope: Scope, person: Person, owners: Owners, receive: Receive, send: Send) -> None:
        self.person = person
        self._owners = owners
        self._receive = receive
        self._send = send
        self._is_session_known = False
        self._silent_since: float | None = None
        self._has_ended = False
        self.scope = {**scope, "headers": self._headers(scope)}

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """As they came, without a session that is somebody else's, and under the name that the page was opened with:
        a proxy may have changed that, and Streamlit compares the two."""
        origin = HTTPConnection(scope).headers.get("origin")
        headers = []
        for name, value in scope["headers"]:
            if name == b"sec-websocket-protocol":
                value = self._own_session_only(value)
            if name == b"host" and origin:
                value = urlsplit(origin).netloc.encode("latin-1")
            headers.append((name, value))
        return headers

    def _own_session_only(self, value: bytes) -> bytes:
        parts = [part.strip() for part in value.decode("latin-1").split(",")]
        if len(parts) >= 3 and not self._owners.may_use(parts[2], self.person):
            parts = parts[:2]
        return ", ".join(parts).encode("latin-1")

    async def receive(self) -> Message:
        message = await self._receive()
        while self._silent_since is not None and not self._has_ended and message["type"] != "websocket.disconnect":
            message = await self._receive()
        return {"type": "websocket.disconnect", "code": REFUSED} if self._has_ended else message

    async def send(self, message: Message) -> None:
        if self._silent_since is not None:
            return
        if not self._is_session_known and (data := message.get("bytes")):
            session_id = session_begun(data)
            if session_id:
                self._owners.keep(session_id, self.person)
                self._is_session_known = True
        await self._send(message)

    async def end(self, is_at_once: bool) -> None:
        """Nothing goes in or out any more; the browser, if it has not left by itself, is led to where it is said what
        to do, and let go."""
        now = time.monotonic()
        self._silent_since = now if self._silent_since is None else self._silent_since
        if self._has_ended or not (is_at_once or now - self._silent_since >= LEAVING_SECONDS):
            return
        self._has_ended = True
        with suppress(Exception):  # the browser may be gone
            await self._send({"type": "websocket.send", "bytes": redirect(f"{base_path()}/")})
            await self._send({"type": "websocket.close", "code": REFUSED})


class Sockets:
    """The open sockets of people who have signed in, looked at again and again by one task."""

    def __init__(self) -> None:
        self._open: dict[Socket, Identity] = {}
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, socket: Socket, identity: Identity | None) -> Iterator[None]:
        if identity is None:
            yield
            return
        self._open[socket] = identity
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            del self._open[socket]

    async def _watch(self) -> None:
        while self._open:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                over = await run_in_threadpool(_over, dict(self._open))
                await asyncio.gather(*(socket.end(is_blocked) for socket, is_blocked in over.items()))
            except Exception:  # whatever it is, those who may not be here must not stay because of it
                log.exception("It could not be looked who may still be here")


def _over(sockets: dict[Socket, Identity]) -> dict[Socket, bool]:
    """Those whose person may not be here any more, and whether they are kept out for good; all of them where nobody has
    been able to tell for long."""
    register = people.register()
    try:
        over = {socket: identity for socket, identity in sockets.items() if register.admit(identity) is None}
        return {socket: not register.is_welcome(identity.email) for socket, identity in over.items()}
    except NotConfigured:
        return dict.fromkeys(sockets, True)
