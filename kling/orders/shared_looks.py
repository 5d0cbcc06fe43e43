"""What all orders of an account learn together of their tasks, so that a hundred cost no more calls than one.

The list is read by the feed, which pages read too. What the list cannot tell is asked of one task at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Protocol

from kling.models import Task

DURATION_SECONDS = 60.0
"""How long what was foretold for one task is taken for the others of its kind."""


class TaskReads(Protocol):
    """The newest tasks of an account by id, read once for everybody who asks about the same time: a `TaskFeed`."""

    def newest(self, max_age: float) -> Mapping[int, Task]: ...


class SharedLooks:
    """Thread-safe; times are seconds by `clock`. Two looks at single tasks of an account are `apart`."""

    def __init__(self, tasks: Callable[[str], TaskReads], clock: Callable[[], float], apart: float) -> None:
        self._tasks = tasks
        self._clock = clock
        self._apart = apart
        self._lock = threading.Lock()
        self._asked_at: dict[str, float] = {}
        self._durations: dict[tuple[str, str], tuple[float, float | None]] = {}

    def newest(self, account: str, max_age: float) -> Mapping[int, Task]:
        """The newest tasks by id. Raises `KlingError`."""
        return self._tasks(account).newest(max_age)

    def may_ask_singly(self, account: str) -> bool:
        """Whether it is the caller's turn to ask for one task by itself."""
        with self._lock:
            now = self._clock()
            if now - self._asked_at.get(account, -self._apart) < self._apart:
                return False
            self._asked_at[account] = now
            return True

    def learn_duration(self, account: str, kind: str, seconds: float | None) -> None:
        """How long Kling takes for such a task, as it said of one; None where it did not say."""
        with self._lock:
            self._durations[account, kind] = (self._clock(), seconds)

    def duration(self, account: str, kind: str) -> float | None:
        """What was learnt last."""
        with self._lock:
            return self._durations.get((account, kind), (0.0, None))[1]

    def is_duration_known(self, account: str, kind: str) -> bool:
        """Whether it was asked lately."""
        with self._lock:
            known = self._durations.get((account, kind))
            return known is not None and self._clock() - known[0] < DURATION_SECONDS
