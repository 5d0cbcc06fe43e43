"""Around every call of the API: it is written into the log, and a fault may hit it."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kling.sandbox.api.call_log import CallLog
from kling.sandbox.api.error_handlers import DropConnection, error_response
from kling.sandbox.api.faults import Fault, Faults
from kling.sandbox.api.request_body import drain

PREFIX = "/v1/kling"


class Middleware:
    """Around the whole app, concerned with the API's paths alone."""

    def __init__(self, app: ASGIApp, call_log: CallLog, faults: Faults) -> None:
        self.app = app
        self.call_log = call_log
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        method, path = scope["method"], scope["path"]
        call = self.call_log.record(method, path, scope["query_string"].decode("latin-1"))
        fault = self.faults.take(method, path)
        scope["kling.sandbox"] = {"call": call, "fails": fault is not None and fault.kind == "fail"}
        if fault is None or fault.kind == "fail":
            await self.app(scope, receive, recording_status(call, send))
        else:
            await self._with_fault(fault, call, scope, receive, send)

    async def _with_fault(self, fault: Fault, call: dict[str, Any], scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "slow":
            try:
                await anyio.sleep(fault.seconds)
            except asyncio.CancelledError:  # the practice API is being stopped
                await DropConnection()(scope, receive, send)
                return
            await self.app(scope, receive, recording_status(call, send))
        elif fault.kind == "drop":
            if fault.when == "after":
                await self.app(scope, receive, recording_status(call, discard))
            await DropConnection()(scope, receive, send)
        else:
            await drain_request(scope, receive)
            response = error_response(self.faults.error_of(fault))
            await response(scope, receive, recording_status(call, send))


def recording_status(call: dict[str, Any], send: Send) -> Send:
    """A `send` that also writes the status into the record."""

    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            call["status"] = message["status"]
        await send(message)

    return note


async def discard(message: MutableMapping[str, Any]) -> None:
    """A `send` whose messages nobody gets."""


async def drain_request(scope: Scope, receive: Receive) -> None:
    try:
        await drain(Request(scope, receive).stream())
    except ClientDisconnect:
        return
