"""A list from upstream that all sessions of a process share.

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

from kling.client import KlingClient
from kling.errors import KlingError, NotConfigured, RateLimited, UnexpectedAnswer
from kling.models import Account, Motion, Task, Upload

T = TypeVar("T")
LONGEST_WAIT = 60.0
PAGE = 100
MOTION_PAGES = 10
ETAS_A_LOOK = 5
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Snapshot(Generic[T]):
    """What is known now. `fetched_at` in seconds since the epoch; `error` is that of the last look, if it failed."""

    value: T | None = None
    fetched_at: float | None = None
    error: KlingError | None = None
    version: int = 0
    is_looking: bool = False

    def age(self, now: float) -> float | None:
        """Seconds since the value was true, None if there is none."""
        return None if self.fetched_at is None else max(0.0, now - self.fetched_at)


def in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="kling-feed", daemon=True).start()


class Feed(Generic[T]):
    """One list and its poller. `interval(value)` gives the seconds until the next look, by what the last one found."""

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
        self._changed = threading.Condition()
        self._now: Snapshot[T] = Snapshot()
        self._due = 0.0
        self._failures = 0
        self._asked_again = False

    def snapshot(self) -> Snapshot[T]:
        """The last good value, at once; starts a look in the background when one is due."""
        with self._changed:
            if self._now.is_looking or self._clock() < self._due:
                return self._now
            self._now = replace(self._now, is_looking=True)
        self._start(self._look)
        with self._changed:
            return self._now

    def look_again(self) -> None:
        """Make the next snapshot look upstream: something was changed there by us."""
        with self._changed:
            self._asked_again = self._now.is_looking
            self._due = 0.0

    def settled(self, timeout: float = 30.0) -> Snapshot[T]:
        """The snapshot once no look is under way, for those who may wait (seconds); never called by a page."""
        with self._changed:
            self._changed.wait_for(lambda: not self._now.is_looking, timeout)
            return self._now

    def _look(self) -> None:
        try:
            value, error = self._fetch(), None
        except KlingError as caught:
            value, error = None, caught
        except Exception as fault:  # a fault of ours must not stop the feed for good
            log.exception("a look upstream failed in an unforeseen way")
            value, error = None, UnexpectedAnswer(f"unforeseen: {type(fault).__name__}")
        with self._changed:
            if error is None and value is not None:
                self._succeed(value)
            else:
                self._fail(error)
            if self._asked_again:
                self._asked_again, self._due = False, 0.0
            self._changed.notify_all()

    def _succeed(self, value: T) -> None:
        self._failures = 0
        self._due = self._clock() + self._interval(value)
        version = self._now.version + (value != self._now.value or self._now.error is not None)
        self._now = Snapshot(value, self._clock(), None, version)

    def _fail(self, error: KlingError | None) -> None:
        self._failures += 1
        wait = min(LONGEST_WAIT, 2.0**self._failures)
        if isinstance(error, RateLimited) and error.retry_after:
            wait = max(wait, error.retry_after)
        self._due = self._clock() + wait
        self._now = replace(self._now, error=error, is_looking=False, version=self._now.version + 1)


class Feeds:
    """What is read from one Kling account, shared by everyone in the process.

    Without an `account`, the first one under the token is used, once it is known: with several accounts
    upstream wants a name in every call.
    """

    def __init__(self, client: KlingClient, refresh_seconds: float = 5.0) -> None:
        self._client = client
        self._named = threading.Lock()
        self._etas: dict[int, float] = {}
        self.refresh_seconds = refresh_seconds
        self.tasks = Feed(self._tasks, self._tasks_interval)
        self.official_motions = Feed(lambda: self.client().list_motions(), lambda _: 600.0)
        self.own_motions = Feed(self._own_motions, lambda _: 60.0)
        self.pictures = Feed(self._pictures, lambda _: 60.0)
        self.accounts = Feed(self._accounts, lambda _: 60.0)
        self.capacity = Feed(lambda: self.client().get_capacity(), lambda _: 15.0)

    def client(self) -> KlingClient:
        """The client, its account known. Waits for the network the first time; raises `KlingError`."""
        with self._named:
            if self._client.account is None:
                known = self._client.list_accounts()
                if not known:
                    raise NotConfigured("No Kling account is set up under this token. Add one at useapi.net.")
                self._client = self._client.for_account(next(iter(known)))
            return self._client

    def task_was_placed(self) -> None:
        """Something new is under way: look at once."""
        self.tasks.look_again()
        self.capacity.look_again()
        self.pictures.look_again()

    def task_was_deleted(self) -> None:
        """Something is gone, and a motion with it if the task made one."""
        self.tasks.look_again()
        self.own_motions.look_again()

    def finishes_at(self, task: Task) -> float | None:
        """When Kling expects an unfinished task to be done, in seconds since the epoch; None if it did not say."""
        return self._etas.get(task.id or 0)

    @property
    def account(self) -> str | None:
        """The e-mail of the account in use, once it is known."""
        return self._client.account

    def _tasks(self) -> list[Task]:
        tasks: list[Task] = self.client().list_tasks(page_size=PAGE)
        unfinished = {task.id for task in tasks if task.id and not task.is_final}
        known = {task_id: eta for task_id, eta in self._etas.items() if task_id in unfinished}
        for task_id in sorted(unfinished - known.keys(), reverse=True)[:ETAS_A_LOOK]:
            eta = self.client().get_task(task_id).eta_time
            known[task_id] = time.time() + eta / 1000 if eta else 0.0
        finished = self._etas.keys() - unfinished
        self._etas = known
        if any(task.is_motion_upload for task in tasks if task.id in finished):
            self.own_motions.look_again()
        return tasks

    def _tasks_interval(self, tasks: list[Task]) -> float:
        return self.refresh_seconds * (1 if any(not task.is_final for task in tasks) else 10)

    def _own_motions(self) -> list[Motion]:
        found: list[Motion] = []
        for page in range(1, MOTION_PAGES + 1):
            motions = self.client().list_motions(mine=True, page=page, page_size=PAGE)
            found += motions
            if len(motions) < PAGE:
                break
        return found

    def _pictures(self) -> list[Upload]:
        return [each for each in self.client().list_uploads(page_size=PAGE, content_type="image") if each.url]

    def _accounts(self) -> list[Account]:
        known = self._client.list_accounts()
        return [self._client.get_account(email) for email in known]
