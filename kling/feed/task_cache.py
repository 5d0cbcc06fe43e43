"""The tasks held between two looks: pages are merged in by id, what is deleted or too old leaves."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from kling.feed.changes import ChangeLog, Kind
from kling.feed.forecast import Forecast
from kling.feed.summary import TaskSummary
from kling.feed.task_list import Reason, TaskList
from kling.models.tasks import Task, TaskPage

_serials = itertools.count(1)
RETENTION_DAYS = 7
MAX_TASKS = 10_000
MAX_GONE = 100


class TaskCache:
    """Not thread-safe. `now` is in seconds since the epoch."""

    def __init__(self, forecast: Forecast, changes: ChangeLog, on_finish: Callable[[TaskSummary], None]) -> None:
        self._forecast = forecast
        self._changes = changes
        self._on_finish = on_finish
        self._by_id: dict[int, TaskSummary] = {}
        self._unreadable: list[TaskSummary] = []
        self._newest: tuple[TaskSummary, ...] = ()
        self._on_newest_page: frozenset[int] = frozenset()
        self._merged: dict[int, Task] = {}
        """Of the newest page, what was taken in last: the same object once more is no news."""
        self._gone: dict[int, Reason] = {}
        self._revision = 0
        self._has_new_links = False
        self._archived: set[int] = set()
        """Those that are not upstream's any more, but ours."""
        self.has_all_of_upstream = False
        """Whether upstream has nothing older."""
        self.has_whole_archive = True
        """The same for what is ours."""

    def __contains__(self, task_id: object) -> bool:
        return task_id in self._by_id

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, task_id: int) -> TaskSummary | None:
        return self._by_id.get(task_id)

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing older to be had."""
        return len(self) >= MAX_TASKS or (self.has_all_of_upstream and self.has_whole_archive)

    @property
    def oldest(self) -> int | None:
        """When the oldest task held was made, ms."""
        return min((summary.created for summary in self._by_id.values() if summary.created), default=None)

    def unfinished(self) -> list[TaskSummary]:
        """What is still waiting or in the making, newest first."""
        return [summary for summary in self._newest if summary.is_waiting]

    def is_on_newest_page(self, task_id: int) -> bool:
        return task_id in self._on_newest_page

    def merge(self, tasks: Iterable[Task], now: float) -> None:
        """Take in tasks as they are by now."""
        for task in tasks:
            if task.id is None or self._merged.pop(task.id, None) is task:
                continue
            if task.record.deleted:
                self.remove(task.id, "deleted", now)
            else:
                self._gone.pop(task.id, None)
                self._put(task.id, task, now)
        self._sort()

    def merge_newest(self, page: TaskPage, now: float) -> list[int]:
        """Take in the newest page; unfinished tasks that should be on it and are not, by their ids."""
        self.merge(page, now)
        self._merged = {task.id: task for task in page if task.id is not None and task.id in self}
        self._on_newest_page = frozenset(task.id for task in page if task.id is not None)
        missing = self._missing(page)
        for summary in missing:
            if summary.id is not None and summary.is_final:
                self.remove(summary.id, "gone", now)  # deleted elsewhere
        self._unreadable = [TaskSummary.of(task) for task in page if task.id is None]
        return [summary.id for summary in missing if summary.id is not None and not summary.is_final]

    def merge_older(self, page: TaskPage, now: float) -> None:
        """Take in a page of what is older than everything held."""
        limit = _retention_limit(now)
        new = [task for task in page if task.id not in self and (task.created or 0) > limit]
        self.has_all_of_upstream = not new or len(self) >= MAX_TASKS
        self._revision += 1
        self.merge(new, now)

    def merge_archived(self, tasks: Sequence[Task], now: float) -> None:
        """Take in tasks that upstream has forgotten or will, which we have kept."""
        self._archived |= {task.id for task in tasks if task.id is not None}
        self._revision += 1
        self.merge([task for task in tasks if task.id not in self], now)

    def expired(self, now: float) -> list[int]:
        """Those that upstream forgets, and their links with them: what is older than a week."""
        limit, found = _retention_limit(now), list[int]()
        for summary in reversed(self._newest):
            if summary.id is None or self.is_on_newest_page(summary.id) or (summary.created or 0) > limit:
                break
            if summary.id not in self._archived:
                found.append(summary.id)
        return found

    def remove(self, task_id: int, reason: Reason, now: float) -> None:
        """A task that is no longer to be had, whether it is held or not."""
        self._forecast.forget(task_id)
        self._archived.discard(task_id)
        self._merged.pop(task_id, None)
        if self._by_id.pop(task_id, None) is None:
            return
        self._gone[task_id] = reason
        for first in list(self._gone)[: max(0, len(self._gone) - MAX_GONE)]:
            del self._gone[first]
        self._changed("gone", task_id, now)

    def to_list(self, previous: TaskList | None, now: float) -> TaskList:
        """The tasks as they are now, or `previous` itself when nothing is different. Readers need no lock for it."""
        for task_id in self.expired(now):
            self.remove(task_id, "expired", now)
        self._update_forecasts(now)
        self._revision += len(self._unreadable) != sum(1 for summary in self._newest if summary.id is None)
        if previous is not None and not self._has_new_links and self._revision == previous.revision:
            return previous
        self._sort()
        self._has_new_links = False
        return TaskList(
            self._newest, dict(self._by_id), self.is_complete, dict(self._gone), self._revision, next(_serials)
        )

    def _put(self, task_id: int, task: Task, now: float) -> None:
        known = self._by_id.get(task_id)
        summary = TaskSummary.of(task, known)
        if summary is known:
            return
        self._by_id[task_id] = summary.expected(self._forecast.finishes_at(summary, self._newest), now)
        self._has_new_links = True
        if known is None:
            self._changed("added", task_id, now)
        elif summary.is_final and not known.is_final:
            self._changed("finished", task_id, now)
            self._on_finish(summary)
        elif self._by_id[task_id] != known:
            self._changed("changed", task_id, now)

    def _changed(self, kind: Kind, task_id: int, now: float) -> None:
        self._revision += 1
        self._changes.add(kind, task_id, now)

    def _missing(self, page: TaskPage) -> Sequence[TaskSummary]:
        """Tasks as new as those on the newest page that are not on it."""
        if page.oldest is None:
            return []
        as_new = itertools.takewhile(
            lambda summary: (
                summary.id is None or self.is_on_newest_page(summary.id) or (summary.created or 0) > (page.oldest or 0)
            ),
            self._newest,
        )
        return [summary for summary in as_new if summary.id is not None and not self.is_on_newest_page(summary.id)]

    def _update_forecasts(self, now: float) -> None:
        """How far each task is changes with the time alone."""
        for summary in self.unfinished():
            if summary.id in self._by_id:
                held = self._by_id[summary.id]
                finishes_at = held.finishes_at or self._forecast.finishes_at(held, self._newest)
                self._by_id[summary.id] = held.expected(finishes_at, now)
                self._revision += self._by_id[summary.id] is not held

    def _sort(self) -> None:
        in_order = sorted(self._by_id.values(), key=lambda summary: summary.created or 0, reverse=True)
        for surplus in in_order[MAX_TASKS:]:
            self._by_id.pop(surplus.id or 0)
        self._newest = (*self._unreadable, *in_order[:MAX_TASKS])


def _retention_limit(now: float) -> float:
    """Tasks made before (ms) are no longer to be had."""
    return (now - RETENTION_DAYS * 86_400) * 1000
