"""What was read within the last second, for readers that ask the same many times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

MAX_AGE = 1.0
"""How old, in seconds, what is read may be where another process changed it."""


class _Read(NamedTuple):
    """What was read since a moment (of the monotonic clock), with no change of ours in between."""

    changes: int
    since: float
    found: dict[Hashable, Any]


class ReadCache:
    """Answers by key. What this process changes shows at once, what another one did within `MAX_AGE`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changes = 0
        self._read = _Read(0, 0.0, {})

    def get(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """The answer that `key` stands for; `ask` is called where there is none that is new enough."""
        read, now = self._read, time.monotonic()
        if read.changes != self._changes or now - read.since > MAX_AGE:
            read = self._read = _Read(self._changes, now, {})
        if key not in read.found:
            read.found[key] = ask()
        return read.found[key]

    def clear(self) -> None:
        """To be called after every change."""
        with self._lock:
            self._changes += 1
