"""A long answer that is made while it is sent: on threads of its own, limited in time and bytes, two a person."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from kling import InvalidInput
from kling.archive import StorageFault
from pages.server.requester import requester
from pages.ui.session import shared

THREADS = anyio.CapacityLimiter(16)
"""Whoever waits for a server that says nothing keeps one of these, and none of those that answer everybody."""
SECONDS = 3600.0
BYTES = 16 * 1024**3

log = logging.getLogger(__name__)


class Download(StreamingResponse):
    """Pieces from an iterator that may have to wait for each. `note` is called once they are on their way."""

    def __init__(
        self, pieces: Iterator[bytes], media_type: str, headers: Mapping[str, str], note: Callable[[], None]
    ) -> None:
        super().__init__(_sent(pieces), media_type=media_type, headers=headers)
        self._note = note

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with shared.download_slots().one(requester(scope)):
                await run_in_threadpool(self._note)
                async with asyncio.timeout(SECONDS):
                    await super().__call__(scope, receive, send)
        except InvalidInput as refused:
            await PlainTextResponse(str(refused), 429)(scope, receive, send)
        except TimeoutError:
            log.warning("a download was ended: it took more than an hour")
        except StorageFault as fault:
            # Without its last piece the server closes the connection, and the browser says that the download failed.
            log.warning("a download broke off, the archive cannot be read: %s", fault)


async def _sent(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    sent = 0
    try:
        while (piece := await anyio.to_thread.run_sync(next, pieces, None, limiter=THREADS)) is not None:
            sent += len(piece)
            if sent > BYTES:
                log.warning("a download was ended: it is larger than %s bytes", BYTES)
                return
            yield piece
    finally:
        close = getattr(pieces, "close", None)
        if close is not None:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(close, limiter=THREADS)
