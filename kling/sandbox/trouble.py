"""What stands between the caller and the API: the record of the calls, and trouble made on purpose.

POST /sandbox/trouble takes ``{"kind": …}`` and, all optional, ``"times"`` (how many calls it hits, without:
all), ``"method"``, ``"path"`` (part of the path), ``"seconds"`` (for slow and busy), ``"when"`` (for drop: ``before``
or ``after`` the work). ``{"kind": null}`` ends it.
"""

import threading
from collections import deque
from collections.abc import Callable, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any

import anyio
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import refusals
from .refusals import Refusal
from .uploads import drain

API = "/v1/kling"
CALLS = 500
"""Calls that are remembered."""
HANG_UP = "kling.sandbox.hang_up"
"""Key in the scope's extensions: ends the connection without a word (serve.py)."""

ANSWERS = {
    "down": refusals.down,
    "html": refusals.bad_gateway,
    "error": refusals.fault,
    "moderation": refusals.moderation,
    "unauthorized": refusals.unauthorized,
    "expired": refusals.subscription_expired,
    "broken": refusals.session_broken,
}
KINDS = (*ANSWERS, "busy", "slow", "drop", "fail")


@dataclass
class Trouble:
    kind: str
    """One of KINDS; ``fail``: tasks made meanwhile end as failed."""
    times: int | None = None
    """How many calls it hits; None: all until it is taken back."""
    method: str = ""
    path: str = ""
    """Part of the path of the calls it hits."""
    seconds: float = 2.0
    """For slow: how long the answer waits, in real seconds. For busy: what Retry-After says."""
    when: str = "before"

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.when not in ("before", "after"):
            raise Refusal(400, f"kind must be {' or '.join(KINDS)} or null, when must be before or after")


class Switchboard:
    """The trouble now, and the calls so far. `clock` is the practice API's, in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._trouble: Trouble | None = None
        self._calls: deque[dict[str, Any]] = deque(maxlen=CALLS)

    def reset(self) -> None:
        with self._lock:
            self._trouble = None
            self._calls.clear()

    def make_trouble(self, wanted: dict[str, Any]) -> dict[str, Any]:
        try:
            trouble = Trouble(**wanted) if wanted.get("kind") else None
        except TypeError as error:
            raise Refusal(400, f"Not a trouble: {error}") from None
        with self._lock:
            self._trouble = trouble
        return asdict(trouble) if trouble else {"kind": None}

    def take_trouble(self, method: str, path: str) -> Trouble | None:
        """The trouble that hits this call; one with `times` is used up by it."""
        with self._lock:
            trouble = self._trouble
            if trouble is None or trouble.method not in ("", method) or trouble.path not in path:
                return None
            if trouble.times is not None:
                trouble.times -= 1
                if trouble.times <= 0:
                    self._trouble = None
            return trouble

    def record(self, method: str, path: str, query: str) -> dict[str, Any]:
        call = {"method": method, "path": path, "query": dict(QueryParams(query)), "body": None, "status": None}
        with self._lock:
            self._calls.append(call)
        return call

    def calls(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._calls)


class Middleware:
    """Around the whole app, concerned with the API's paths alone."""

    def __init__(self, app: ASGIApp, board: Switchboard) -> None:
        self.app = app
        self.board = board

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self.app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        call = self.board.record(method, path, scope["query_string"].decode("latin-1"))
        trouble = self.board.take_trouble(method, path)
        scope["kling.sandbox"] = {"call": call, "fails": trouble is not None and trouble.kind == "fail"}
        if trouble is None or trouble.kind == "fail":
            await self.app(scope, receive, noting(call, send))
        else:
            await self._with_trouble(trouble, call, scope, receive, send)

    async def _with_trouble(
        self, trouble: Trouble, call: dict[str, Any], scope: Scope, receive: Receive, send: Send
    ) -> None:
        if trouble.kind == "slow":
            await anyio.sleep(trouble.seconds)
            await self.app(scope, receive, noting(call, send))
        elif trouble.kind == "drop":
            if trouble.when == "after":
                await self.app(scope, receive, noting(call, nowhere))
            await HangUp()(scope, receive, send)
        else:
            await read_away(scope, receive)
            response = refused(self._refusal(trouble))
            await response(scope, receive, noting(call, send))

    def _refusal(self, trouble: Trouble) -> Refusal:
        if trouble.kind == "busy":
            return refusals.busy(trouble.seconds, self.board.clock())
        return ANSWERS[trouble.kind]()


def noting(call: dict[str, Any], send: Send) -> Send:
    """A `send` that also writes the status into the record."""

    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            call["status"] = message["status"]
        await send(message)

    return note


async def nowhere(message: MutableMapping[str, Any]) -> None:
    """A `send` whose messages nobody gets."""


async def read_away(scope: Scope, receive: Receive) -> None:
    try:
        await drain(Request(scope, receive).stream())
    except ClientDisconnect:
        return


def refused(refusal: Refusal) -> Response:
    if refusal.page:
        return HTMLResponse(refusal.page, refusal.status)
    return JSONResponse(refusal.body, refusal.status, refusal.headers)


class HangUp(Response):
    """No answer at all: the connection ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["extensions"][HANG_UP]()
        while (await receive())["type"] != "http.disconnect":
            pass
