"""The account's tasks, held for everybody: each interval has one call to spend, and what it brings is merged in by id.

A task that is final is never asked again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from kling.client import TaskReader
from kling.errors import BadRequest, Expired, KlingError, NotFound, ServerError, UnexpectedAnswer
from kling.feed.changes import ChangeLog, Changes
from kling.feed.forecast import Forecast
from kling.feed.poller import Feed, in_background
from kling.feed.scheduler import HISTORY_SECONDS, Call, Scheduler, TaskCall
from kling.feed.summary import TaskSummary
from kling.feed.task_cache import TaskCache
from kling.feed.task_list import Reason, TaskList
from kling.models.tasks import Task

PAGE_SIZE = 100
log = logging.getLogger(__name__)


class ArchivedTasks(Protocol):
    """What we keep of tasks that upstream forgets. Both may wait for a database, and raise nothing."""

    def of(self, task_ids: Sequence[int]) -> Sequence[Task]:
        """Those of them that are kept."""
        ...

    def before(self, created: int | None, count: int) -> Sequence[Task]:
        """Kept tasks that were made before then (ms), the newest first."""
        ...


class TaskFeed(Feed[TaskList]):
    """`dependents` are asked after something has changed, `on_request` when they were told to look again.

    So everything that is seen beside the tasks keeps to the one call an interval too.
    """

    def __init__(
        self,
        client: Callable[[], TaskReader],
        refresh_seconds: float = 5.0,
        *,
        dependents: Sequence[Feed[Any]] = (),
        on_request: Sequence[Feed[Any]] = (),
        on_finish: Callable[[TaskSummary], None] = lambda _: None,
        archived: ArchivedTasks | None = None,
        clock: Callable[[], float] = time.time,
        start: Callable[[Callable[[], None]], None] = in_background,
    ) -> None:
        super().__init__(self._next, self._seconds_to_next, clock=clock, start=start)
        self._client = client
        self._forecast = Forecast()
        self._changes = ChangeLog()
        self._cache = TaskCache(self._forecast, self._changes, on_finish)
        self._archived = archived
        self._newest: dict[int, Task] = {}
        self._newest_at: float | None = None
        """When the newest page was asked for last, in seconds since the epoch."""
        self._cache.has_whole_archive = archived is None
        self._scheduler = Scheduler(self._cache, self._forecast, self._changes, refresh_seconds, dependents, on_request)

    def look_again(self) -> None:
        """Make the next snapshot look at the newest page: something was changed there by us."""
        with self.lock:
            self._scheduler.ask_newest_next()
            super().look_again()

    def look_at(self, task_id: int, if_missing: Reason = "gone") -> None:
        """Somebody claims that this task has changed: ask upstream at once."""
        with self.lock:
            self._scheduler.ask_urgently(task_id, if_missing)
            super().look_again()
        self.snapshot()

    def newest(self, max_age: float) -> Mapping[int, Task]:
        """The tasks of the newest page by id, at most `max_age` seconds old, for those who may wait.

        Read in the calling thread where nobody has; pages see it too. Raises `KlingError`, which all who ask share.
        """
        asked_at = self.now()
        while True:
            with self.lock:
                self.lock.wait_for(lambda: not self._snapshot.is_looking)
                self._raise_recent_failure()
                if self._is_newest_within(max_age, asked_at):
                    return self._newest
                due = self._due
                self._scheduler.ask_newest_next()
                self._begin(even_if_fresh=True)
            self._look()
            with self.lock:
                if self.known().error is None and self._scheduler.has_other_call(self.now()):
                    self._due = min(self._due, due)  # what else pages wait for has its turn as before

    def _is_newest_within(self, max_age: float, asked_at: float) -> bool:
        if self._newest_at is None:
            return False
        return self._newest_at >= asked_at or 0 <= self.now() - self._newest_at < max_age

    def _raise_recent_failure(self) -> None:
        """Until the feed itself would look again."""
        known = self.known()
        if known.error is not None and (known.failed_at or 0.0) <= self.now() < self._due:
            raise known.error

    def want_older(self) -> None:
        """Somebody wants to see what is older than what is held: a page of it comes with the next looks."""
        with self.lock:
            if self._scheduler.ask_older():
                self.look_within(HISTORY_SECONDS)

    def changes(self, since: int) -> Changes:
        """What happened after the snapshot of version `since`."""
        with self.lock:
            return self._changes.since(since)

    def _published(self, version: int) -> None:
        self._changes.publish(version)

    def _look_ended(self) -> None:
        if self._scheduler.has_urgent:
            self.snapshot()

    def _seconds_to_next(self, tasks: TaskList) -> float:
        return self._scheduler.interval(tasks, self.now())

    def _next(self) -> TaskList:
        with self.lock:
            call = self._scheduler.next_call(self.now())
        try:
            self._make(call)
        except KlingError:
            with self.lock:
                self._scheduler.ask_newest_next()  # nothing else tells whether the list can be read again
            raise
        self._add_archived()
        with self.lock:
            return self._cache.to_list(self.known().value, self.now())

    def _make(self, call: Call) -> None:
        if isinstance(call, TaskCall):
            self._ask_task(call)
        elif isinstance(call, Feed):
            call.look_here()
        elif call == "older page":
            self._ask_older()
        else:
            self._ask_newest()

    def _ask_newest(self) -> None:
        began = self.now()
        page = self._client().list_tasks(page_size=PAGE_SIZE)
        with self.lock:
            self._newest, self._newest_at = {task.id: task for task in page if task.id is not None}, began
            self._scheduler.ask_soon(self._cache.merge_newest(page, self.now()))
            if self.known().value is None:
                self._cache.has_all_of_upstream = not page  # a short one may have been cut off by upstream

    def _add_archived(self) -> None:
        """What upstream forgets stays in the list where it is kept."""
        with self.lock:
            expired = self._cache.expired(self.now()) if self._archived else []
        if self._archived and expired:
            found = self._archived.of(expired)
            with self.lock:
                self._cache.merge_archived(found, self.now())

    def _ask_older(self) -> None:
        if self._archived and self._cache.has_all_of_upstream:
            found = self._archived.before(self._cache.oldest, PAGE_SIZE)
            with self.lock:
                self._scheduler.older_was_answered()
                self._cache.has_whole_archive = all(task.id in self._cache for task in found)
                return self._cache.merge_archived(found, self.now())
        page = self._client().list_tasks(page_size=PAGE_SIZE, created_before=self._cache.oldest)
        with self.lock:
            self._scheduler.older_was_answered()
            self._cache.merge_older(page, self.now())
            return None

    def _ask_task(self, call: TaskCall) -> None:
        try:
            task = self._client().get_task(call.id)
        except NotFound:
            return self._remove(call.id, call.if_missing)
        except Expired:
            return self._remove(call.id, "expired")
        except (ServerError, UnexpectedAnswer, BadRequest) as fault:
            # One task that upstream cannot tell of must not stop the others.
            log.warning("task %s could not be asked: %s", call.id, fault)
            with self.lock:
                return self._scheduler.task_was_asked(call.id, self.now())
        with self.lock:
            now = self.now()
            self._cache.merge([task], now)
            self._scheduler.task_was_asked(call.id, now)
            self._forecast.learn(task, self._cache.get(call.id), now)
        return None

    def _remove(self, task_id: int, reason: Reason) -> None:
        with self.lock:
            self._cache.remove(task_id, reason, self.now())
