"""Slows down whoever tries to sign in again and again."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.ui import wording
from pages.ui.session import shared

PATHS = ("/sign-in", "/auth/login", "/oauth2callback")


class LimitSignIns:
    """By the address that they come from: a browser that is not signed in is nobody yet."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].rstrip("/").endswith(PATHS):
            peer = scope["client"][0] if scope.get("client") else ""
            if not await run_in_threadpool(shared.rates().take, "sign-ins", peer):
                refusal = PlainTextResponse(wording.TOO_OFTEN, 429, {"Retry-After": "60"})
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)
