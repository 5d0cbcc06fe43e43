"""What goes wrong: faults of the upstream, restarts, a network that is cut, a database that is away for a while."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import Any

PAID = {"method": "POST", "path": "motion-create"}
READ = {"method": "GET", "path": "/tasks"}
FAULTS: list[dict[str, Any]] = [
    {"kind": "busy", "seconds": 3.0, "times": 2, **PAID},
    {"kind": "busy", "seconds": 3.0, "times": 10},
    {"kind": "error", "times": 1, **PAID},
    {"kind": "error", "times": 5, **READ},
    {"kind": "html", "times": 1, **PAID},
    {"kind": "html", "times": 5, **READ},
    {"kind": "down", "times": 2, "method": "POST", "path": "/assets"},
    {"kind": "down", "times": 10},
    {"kind": "broken", "times": 1, **PAID},
    {"kind": "broken", "times": 1, "method": "GET", "path": "/accounts"},
    {"kind": "slow", "seconds": 40.0, "times": 1, **PAID},
    {"kind": "slow", "seconds": 20.0, "times": 3, **READ},
    {"kind": "drop", "when": "before", "times": 1, **PAID},
    {"kind": "drop", "when": "after", "times": 2, **PAID},
    {"kind": "drop", "when": "after", "times": 1, "method": "POST", "path": "/assets"},
    {"kind": "drop", "when": "before", "times": 5, **READ},
    {"kind": "unauthorized", "times": 1, **PAID},
    {"kind": "expired", "times": 1, **PAID},
    {"kind": "moderation", "times": 1, **PAID},
    {"kind": "fail", "times": 1, **PAID},
]
RESTARTS = [signal.SIGTERM, signal.SIGKILL] * 3
CUT_SECONDS = 30.0


class Relay:
    """Stands between the dashboard and the upstream; what is cut is cut for both."""

    def __init__(self, port: int, upstream_port: int) -> None:
        self._port, self._upstream_port = port, upstream_port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def mend(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            theirs, to_them = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        except OSError:
            writer.transport.abort()
            return
        ways = (writer, to_them)
        self._open.update(ways)
        with contextlib.suppress(asyncio.CancelledError):  # the bench ends
            await asyncio.gather(pump(reader, to_them), pump(theirs, writer))
        self._open.difference_update(ways)


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
        await writer.drain()
    writer.close()
