"""The calls that the API has received, for tests to look at."""

import threading
from collections import deque
from typing import Any

from starlette.datastructures import QueryParams

CALLS = 5_000
"""Calls that are remembered."""


class CallLog:
    """The newest CALLS calls, without their headers: no token is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: deque[dict[str, Any]] = deque(maxlen=CALLS)

    def record(self, method: str, path: str, query: str) -> dict[str, Any]:
        """The entry of a call that begins; its body and status are filled in as they become known."""
        call = {"method": method, "path": path, "query": dict(QueryParams(query)), "body": None, "status": None}
        with self._lock:
            self._calls.append(call)
        return call

    def calls(self) -> list[dict[str, Any]]:
        """Oldest first."""
        with self._lock:
            return list(self._calls)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
