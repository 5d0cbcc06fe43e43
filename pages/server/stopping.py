"""A stop by SIGTERM: it does not wait for ever, and it is a good end."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import uvicorn

CONNECTIONS_SECONDS = 5
"""So long downloads and uploads may go on. Then the orders stop, which may take 20 s more (`orders.Pace.stop`)."""


def end_well() -> None:
    """To be called once the server runs.

    Without it uvicorn waits for the last connection before it tells us to stop, however long somebody takes to fetch a
    video. And once it has stopped it raises the signal anew, so that whoever watches reads of a process that was killed
    (143 in Docker and Kubernetes) instead of 0.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(server, uvicorn.Server):
        server.config.timeout_graceful_shutdown = CONNECTIONS_SECONDS

        def end(_signal: int, _frame: FrameType | None) -> None:
            server.should_exit = True

        signal.signal(signal.SIGTERM, end)
