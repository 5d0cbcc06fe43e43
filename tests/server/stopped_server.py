"""A server that is told to stop as soon as it runs: `python -m tests.server.stopped_server SIGTERM|SIGINT [closing]`.

Says the number of each of its looks. With `closing`, a browser says goodbye in that very moment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket

from pages.server import stopping

HELLO = (
    b"GET /socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
GOODBYE = b"\x88\x80\x00\x00\x00\x00"


class Counting(uvicorn.Server):
    """Notes the number that each of its looks has; gets the signal at the first."""

    def __init__(self, config: uvicorn.Config, number: int, is_closing: bool) -> None:
        super().__init__(config)
        self.looks: list[int] = []
        self._number, self._is_closing = number, is_closing

    async def on_tick(self, counter: int) -> bool:
        self.looks.append(counter)
        if len(self.looks) == 1:
            if self._is_closing:
                self._browser = await browser_at(self.servers[0].sockets[0].getsockname()[1])
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), self._number)
        elif self._is_closing:
            [connection] = self.server_state.connections
            connection.data_received(GOODBYE)
        return await super().on_tick(counter)


async def browser_at(port: int) -> asyncio.StreamWriter:
    """A socket that is open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(HELLO)
    await reader.readuntil(b"\r\n\r\n")
    return writer


async def listen(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive()


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    stopping.end_well()
    yield
    print("the app has ended")


def main(number: str, closing: str = "") -> None:
    stopping.DATE_SECONDS = 3600.0
    app = Starlette(routes=[WebSocketRoute("/socket", listen)], lifespan=lifespan)
    config = uvicorn.Config(app, port=0, log_level="error", ws="websockets-sansio")
    server = Counting(config, getattr(signal, number), bool(closing))
    with suppress(KeyboardInterrupt):
        server.run()
    print(*server.looks)


if __name__ == "__main__":
    main(*sys.argv[1:])
