"""A stop by SIGTERM: it does not wait for ever, and it is a good end."""

from __future__ import annotations

import asyncio
import functools
import signal
import threading
from contextlib import suppress
from types import FrameType

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

DATE_SECONDS = 1.0
"""How often the server renews what it tells as the date."""
CONNECTIONS_SECONDS = 5
"""So long downloads and uploads may go on. Then the orders stop, which may take 20 s more (`orders.Pace.stop`)."""
_uvicorns_own = WebSocketsSansIOProtocol.shutdown


def end_well() -> None:
    """To be called in the event loop once the server runs.

    Without it uvicorn waits for the last connection before it tells us to stop, however long somebody takes to fetch a
    video. And once it has stopped it raises the signal anew, so that whoever watches reads of a process that was killed
    (143 in Docker and Kubernetes) instead of 0. And it looks ten times a second whether it is to stop, a quarter of
    what an idle dashboard computes: here the signal wakes it.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    server, loop = getattr(signal.getsignal(signal.SIGTERM), "__self__", None), asyncio.get_running_loop()
    if isinstance(server, uvicorn.Server):
        WebSocketsSansIOProtocol.shutdown = _shut_down  # type: ignore[assignment, method-assign]
        signalled = asyncio.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            server.should_exit = True
            loop.call_soon_threadsafe(loop.call_later, CONNECTIONS_SECONDS, _hang_up, server)
            loop.call_soon_threadsafe(signalled.set)

        def interrupt(number: int, frame: FrameType | None) -> None:
            server.handle_exit(number, frame)
            loop.call_soon_threadsafe(signalled.set)

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, interrupt)
        server.main_loop = functools.partial(_until_signalled, server, signalled)  # type: ignore[method-assign]


def _shut_down(socket: WebSocketsSansIOProtocol) -> None:
    """uvicorn's own fails where the browser says goodbye in this moment, and with it the end of everything else."""
    with suppress(InvalidState):
        _uvicorns_own(socket)


async def _until_signalled(server: uvicorn.Server, signalled: asyncio.Event) -> None:
    """In the place of the server's own loop."""
    while not await server.on_tick(0):
        with suppress(TimeoutError):
            await asyncio.wait_for(signalled.wait(), DATE_SECONDS)


def _hang_up(server: uvicorn.Server) -> None:
    """As if those who are still there had left: uvicorn's own time limit would cut off the work, with tracebacks."""
    for connection in list(server.server_state.connections):
        if connection.transport is not None:
            connection.transport.abort()
