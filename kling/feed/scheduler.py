"""Which call an interval is spent on, and how long the interval is.

Mostly it is the newest page of tasks. In turn with it come an unfinished task that fell off that page, a page of older
history when somebody wants it, and what depends on the tasks: the account's free places and credits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kling.feed.changes import ChangeLog
from kling.feed.forecast import Forecast
from kling.feed.poller import MAX_BACKOFF, Feed
from kling.feed.summary import TaskSummary
from kling.feed.task_cache import TaskCache
from kling.feed.task_list import Reason, TaskList

IDLE_FACTOR = 10
"""So many times rarer are the looks when all is final."""
HISTORY_SECONDS = 1.0
"""Between two pages of history that somebody waits for."""
DEPENDENT_SECONDS = 60.0
"""How often free places and credits are asked at most, unless we changed something ourselves."""
TASK_SECONDS = 15.0
"""How often a single task is asked at most."""


@dataclass(frozen=True)
class TaskCall:
    """Ask for one task; `if_missing` is why it left when there is none."""

    id: int
    if_missing: Reason = "gone"


Call = Literal["newest page", "older page"] | TaskCall | Feed[Any]


class Scheduler:
    """Not thread-safe. `now` is in seconds since the epoch.

    `dependents` get a turn after something has changed, `on_request` when they were told to look again.
    """

    def __init__(
        self,
        cache: TaskCache,
        forecast: Forecast,
        changes: ChangeLog,
        refresh_seconds: float,
        dependents: Sequence[Feed[Any]],
        on_request: Sequence[Feed[Any]],
    ) -> None:
        self._cache = cache
        self._forecast = forecast
        self._changes = changes
        self._refresh_seconds = refresh_seconds
        self._dependents = dependents
        self._on_request = on_request
        self._urgent: dict[int, Reason] = {}
        self._ask_at: dict[int, float] = {}
        self._is_page_turn = True
        self._page_at = 0.0
        self._wants_older = False

    @property
    def has_urgent(self) -> bool:
        """Whether somebody waits for a single task."""
        return bool(self._urgent)

    def ask_newest_next(self) -> None:
        """The newest page has reason to be different; what is older can wait for it."""
        self._is_page_turn, self._page_at = True, 0.0

    def ask_urgently(self, task_id: int, if_missing: Reason) -> None:
        """This task before anything else."""
        self._urgent[task_id] = if_missing

    def ask_older(self) -> bool:
        """A page of older history; whether that is news."""
        is_there = len(self._cache) or self._cache.has_all_of_upstream
        is_new = not (self._wants_older or self._cache.is_complete or not is_there)
        self._wants_older = self._wants_older or is_new
        return is_new

    def older_was_answered(self) -> None:
        self._wants_older = False

    def task_was_asked(self, task_id: int, now: float) -> None:
        """Ask again the later the longer it has been under way already."""
        summary = self._cache.get(task_id)
        age = now - (summary.created or 0) / 1000 if summary else 0.0
        self._ask_at[task_id] = now + min(MAX_BACKOFF, max(TASK_SECONDS, age / 10))

    def ask_soon(self, task_ids: Sequence[int]) -> None:
        """These tasks singly, without waiting any longer."""
        for task_id in task_ids:
            self._ask_at.pop(task_id, None)

    def next_call(self, now: float) -> Call:
        """What this interval's call is spent on."""
        self._ask_at = {task_id: at for task_id, at in self._ask_at.items() if task_id in self._cache}
        if self._urgent:
            task_id = next(iter(self._urgent))
            return TaskCall(task_id, self._urgent.pop(task_id))
        is_page_turn, self._is_page_turn = self._is_page_turn, True
        if self._wants_older and now - self._page_at < 2 * self._refresh_seconds:
            return "older page"
        other = None if is_page_turn else self._other_call(now)
        if other is None:
            self._is_page_turn, self._page_at = False, now
            return "newest page"
        return other

    def has_other_call(self, now: float) -> bool:
        """Whether something else than the newest page is due."""
        return bool(self._urgent) or self._wants_older or self._other_call(now) is not None

    def interval(self, tasks: TaskList, now: float) -> float:
        """Seconds from one look to the next, by what it found."""
        if self._urgent:
            return 0.0
        if self._wants_older:
            return HISTORY_SECONDS
        if tasks.unfinished or any(self._is_urgent(feed) for feed in self._dependents):
            return self._refresh_seconds
        # A look beside the tasks comes halfway between two at the tasks, and makes those no rarer.
        is_halfway = self._is_page_turn or any(self._is_stale(feed, now) for feed in self._dependents)
        return self._refresh_seconds * IDLE_FACTOR / (2 if is_halfway else 1)

    def _other_call(self, now: float) -> Call | None:
        for feed in self._dependents:
            if self._is_stale(feed, now):
                return feed
        for feed in self._on_request:
            if feed.was_fetched and feed.was_asked_again:
                return feed
        task_id = self._task_due(now)
        return None if task_id is None else TaskCall(task_id)

    def _is_stale(self, feed: Feed[Any], now: float) -> bool:
        """Whether a dependent feed has reason to be different by now."""
        if not feed.was_fetched:
            return False
        if self._is_urgent(feed):
            return True
        # By the last look and not by the last answer: a list that cannot be had would be stale for ever.
        looked_at = feed.looked_at or 0.0
        may_differ = looked_at < self._changes.changed_at or feed.known().error is not None
        return now - looked_at >= DEPENDENT_SECONDS * (1 if may_differ else IDLE_FACTOR)

    def _is_urgent(self, feed: Feed[Any]) -> bool:
        """Whether to ask at once: we changed something, or the last task ended and what it freed shows now."""
        last_has_ended = (feed.looked_at or 0.0) < self._changes.finished_at and not self._cache.unfinished()
        return feed.was_fetched and (feed.was_asked_again or last_has_ended)

    def _task_due(self, now: float) -> int | None:
        """The unfinished task to ask singly: one off the page, or one on it that nobody can tell the end of."""
        ids = [each.id for each in self._cache.unfinished() if each.id is not None and self._needs_call(each.id, each)]
        due = [task_id for task_id in ids if self._ask_at.get(task_id, 0.0) <= now]
        return min(due, key=lambda task_id: self._ask_at.get(task_id, 0.0), default=None)

    def _needs_call(self, task_id: int, summary: TaskSummary) -> bool:
        is_unforeseen = summary.finishes_at is None and not self._forecast.was_answered(task_id)
        return not self._cache.is_on_newest_page(task_id) or is_unforeseen
