"""Threads that run one at a time, in a time that is only a number: each goes on until it rests."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kling.orders.context import Stopped


class Timeline:
    """`now` in seconds; who rests until the same moment goes on in the order of their coming."""

    def __init__(self, now: float = 0.0) -> None:
        self.now = now
        self._line: list[tuple[float, int, threading.Event]] = []
        self._numbers = itertools.count()
        self._is_idle = threading.Event()
        self._is_over = False
        self._threads: list[threading.Thread] = []

    def start(self, work: Callable[[], object]) -> None:
        """Have it done, from the next `run` on."""
        gate = self._line_up(0.0)

        def go_on() -> None:
            gate.wait()
            try:
                if not self._is_over:
                    work()
            except Stopped:
                pass
            finally:
                self._is_idle.set()

        self._threads.append(threading.Thread(target=go_on))
        self._threads[-1].start()

    def rest(self, seconds: float) -> None:
        """Let the others go on for so long."""
        gate = self._line_up(seconds)
        self._is_idle.set()
        gate.wait()
        if self._is_over:
            raise Stopped

    def run(self, seconds: float) -> None:
        """Let everybody go on for so long, in turn."""
        until = self.now + seconds
        while self._line and self._line[0][0] <= until:
            self.now, _, gate = heapq.heappop(self._line)
            self._is_idle.clear()
            gate.set()
            assert self._is_idle.wait(30)
        self.now = until

    def stop(self) -> None:
        self._is_over = True
        for _, _, gate in self._line:
            gate.set()
        for thread in self._threads:
            thread.join(30)

    def _line_up(self, seconds: float) -> threading.Event:
        gate = threading.Event()
        heapq.heappush(self._line, (self.now + seconds, next(self._numbers), gate))
        return gate


@contextmanager
def timeline(now: float = 0.0) -> Iterator[Timeline]:
    """A timeline whose threads have ended afterwards."""
    found = Timeline(now)
    try:
        yield found
    finally:
        found.stop()
