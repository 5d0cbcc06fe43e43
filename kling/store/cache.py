"""What was read within the last second, for readers that ask the same many times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, NamedTuple

MAX_AGE = 1.0
"""How old, in seconds, what is read may be where another process changed it."""
UNCHANGED_AGE = 10.0
"""The same where nothing was committed since: what is read may depend on the time too, as the sums of a month do."""


class _Read(NamedTuple):
    """What was read since a moment (of the monotonic clock), with no change of ours in between.

    `version` is that of the database before anything of it was read, and `seen_at` when it was the same last.
    """

    changes: int
    since: float
    found: dict[Hashable, Future[Any]]
    version: Hashable | None = None
    seen_at: float = 0.0


class ReadCache:
    """Answers by key. What this process changes shows at once, what another one did within `MAX_AGE`.

    `version` tells of what is read whether it is as it was: another one may mean that it is not, None says nothing.
    """

    def __init__(self, version: Callable[[], Hashable | None] = lambda: None) -> None:
        self._version = version
        self._lock = threading.Lock()
        self._changes = 0
        self._read = _Read(0, 0.0, {})

    def get(self, key: Hashable, ask: Callable[[], Any]) -> Any:
        """The answer that `key` stands for; `ask` is called, once for all who want it at the same moment, where there
        is none that is new enough."""
        found = self._recent()
        answer = found.get(key)
        if answer is None:
            mine: Future[Any] = Future()
            answer = found.setdefault(key, mine)
            if answer is mine:
                _answer(mine, ask, lambda: found.pop(key))
        return answer.result()

    def _recent(self) -> dict[Hashable, Future[Any]]:
        with self._lock:
            read, now = self._read, time.monotonic()
            if read.changes != self._changes or now - read.seen_at > MAX_AGE:
                version = self._version()
                is_same = version is not None and (read.changes, read.version) == (self._changes, version)
                if is_same and now - read.since <= UNCHANGED_AGE:
                    self._read = read._replace(seen_at=now)
                else:
                    read = self._read = _Read(self._changes, now, {}, version, now)
            return read.found

    def clear(self) -> None:
        """To be called after every change."""
        with self._lock:
            self._changes += 1


def _answer(answer: Future[Any], ask: Callable[[], Any], forget: Callable[[], Any]) -> None:
    """Those who ask meanwhile wait for it, and are told the same fault; whoever asks after a fault tries anew."""
    try:
        answer.set_result(ask())
    except BaseException as fault:
        forget()
        answer.set_exception(fault)
