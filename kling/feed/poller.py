"""A value from upstream that all sessions of a process share, and the one poller behind it.

`snapshot()` answers at once with the last good value and starts a look upstream in the background when one is
due, so a hundred viewers cost one call an interval and nobody looking costs none. A failed look keeps the
value, says why, and makes the next looks rarer.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from kling.errors import KlingError, RateLimited, UnexpectedAnswer

T = TypeVar("T")
MAX_BACKOFF = 60.0
# A viewer's tick comes a few milliseconds early as often as late; without this every other one would find nothing due.
EARLY = 0.99
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """What is known now. `fetched_at` in seconds since the epoch; `error` is that of the last look, if it failed."""

    value: T | None = None
    fetched_at: float | None = None
    error: KlingError | None = None
    version: int = 0
    looking_since: float | None = None
    """When the look that is under way began, if one is."""
    failing_since: float | None = None
    failed_at: float | None = None
    """When the last look failed, if it did."""

    @property
    def is_looking(self) -> bool:
        return self.looking_since is not None

    def age(self, now: float) -> float | None:
        """Seconds since the value was true, None if there is none."""
        return None if self.fetched_at is None else max(0.0, now - self.fetched_at)

    def failing_for(self, now: float) -> float:
        """Seconds since looks began to fail, 0 while they do not."""
        return 0.0 if self.failing_since is None else max(0.0, now - self.failing_since)


def in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="kling-feed", daemon=True).start()


class Feed(Generic[T]):
    """One value and its poller. `interval(value)` gives the seconds from one look to the next, by what it found."""

    def __init__(
        self,
        fetch: Callable[[], T],
        interval: Callable[[T], float],
        *,
        clock: Callable[[], float] = time.time,
        start: Callable[[Callable[[], None]], None] = in_background,
    ) -> None:
        self._fetch = fetch
        self._interval = interval
        self._clock = clock
        self._start = start
        self.lock = threading.Condition()
        """Held while anything here changes; a thread may take it twice."""
        self._snapshot: Snapshot[T] = Snapshot()
        self._due = 0.0
        self._failures = 0
        self._looked_at: float | None = None
        self._asked_again = False

    def snapshot(self) -> Snapshot[T]:
        """The last good value, at once; starts a look in the background when one is due."""
        if self._begin():
            self._start(self._look)
        return self._snapshot

    def known(self) -> Snapshot[T]:
        """The last good value, without a look."""
        return self._snapshot

    def once(self) -> Snapshot[T]:
        """The last good value; a look starts only where there is none yet."""
        return self._snapshot if self._snapshot.value is not None else self.snapshot()

    def look_again(self) -> None:
        """Make the next snapshot look upstream: something was changed there by us."""
        with self.lock:
            self._asked_again = self._snapshot.is_looking
            self._due = 0.0

    def learn(self, value: T) -> None:
        """Something else has just read the same from upstream."""
        with self.lock:
            now = self._snapshot
            if now.error is None and value != now.value:
                self._snapshot = replace(now, value=value, fetched_at=self._clock(), version=now.version + 1)

    def look_here(self) -> None:
        """Look in the calling thread, which may wait; nothing while a look is under way or has failed lately."""
        if self._begin(even_if_fresh=not self._failures):
            self._look()

    def look_within(self, seconds: float) -> None:
        """Make a look due after so many seconds, if none is due before."""
        with self.lock:
            self._due = min(self._due, self.now() + seconds)

    def now(self) -> float:
        """The clock, in seconds since the epoch."""
        return self._clock()

    @property
    def was_fetched(self) -> bool:
        """Whether there is a value."""
        return self.known().value is not None

    @property
    def was_asked_again(self) -> bool:
        """Whether something was changed upstream by us since the last look."""
        return self._due == 0.0

    @property
    def looked_at(self) -> float | None:
        """When the last look began, whatever came of it; in seconds since the epoch."""
        return self._looked_at

    def settled(self, timeout: float = 30.0) -> Snapshot[T]:
        """The snapshot once no look is under way, for those who may wait (seconds); never called by a page."""
        with self.lock:
            self.lock.wait_for(lambda: not self._snapshot.is_looking, timeout)
            return self._snapshot

    def _begin(self, even_if_fresh: bool = False) -> bool:
        """Whether the caller is to look now: one at a time, and only when a look is due."""
        with self.lock:
            if self._snapshot.is_looking or (self._clock() < self._due and not even_if_fresh):
                return False
            self._looked_at = self._clock()
            self._snapshot = replace(self._snapshot, looking_since=self._looked_at)
            return True

    def _look(self) -> None:
        began = self._clock()
        try:
            value, error = self._fetch(), None
        except KlingError as caught:
            value, error = None, caught
        except Exception as fault:  # a fault of ours must not stop the feed for good
            log.exception("a look upstream failed in an unforeseen way")
            value, error = None, UnexpectedAnswer(f"unforeseen: {type(fault).__name__}")
        with self.lock:
            if error is None and value is not None:
                self._publish(value, began)
            else:
                self._back_off(error)
            if self._asked_again:
                self._asked_again, self._due = False, 0.0
            self.lock.notify_all()
        self._look_ended()

    def _published(self, version: int) -> None:
        """For subclasses: a look succeeded, and the new snapshot has this version. The lock is held."""

    def _look_ended(self) -> None:
        """For subclasses: a look is over, whatever came of it, and another may start."""

    def _publish(self, value: T, began: float) -> None:
        self._failures = 0
        self._due = began + EARLY * self._interval(value)
        version = self._snapshot.version + (value != self._snapshot.value or self._snapshot.error is not None)
        self._snapshot = Snapshot(value, self._clock(), None, version)
        self._published(version)

    def _back_off(self, error: KlingError | None) -> None:
        self._failures += 1
        wait = min(MAX_BACKOFF, 2.0**self._failures)
        if isinstance(error, RateLimited) and error.retry_after:
            wait = max(wait, error.retry_after)
        now = self._clock()
        self._due = now + wait
        since = now if self._snapshot.failing_since is None else self._snapshot.failing_since
        self._snapshot = replace(
            self._snapshot,
            error=error,
            looking_since=None,
            version=self._snapshot.version + 1,
            failing_since=since,
            failed_at=now,
        )
