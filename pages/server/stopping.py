"""A stop by SIGTERM is a good end."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import uvicorn


def end_well() -> None:
    """Have the process end with 0 after a SIGTERM. To be called once the server runs.

    uvicorn stops as it should and then raises the signal anew, so that whoever watches reads of a process that was
    killed (143 in Docker and Kubernetes).
    """
    if threading.current_thread() is not threading.main_thread():
        return
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(server, uvicorn.Server):

        def end(_signal: int, _frame: FrameType | None) -> None:
            server.should_exit = True

        signal.signal(signal.SIGTERM, end)
