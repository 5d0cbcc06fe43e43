"""The account's tasks, held for everybody: the newest page is merged in by id, and little else is asked.

Each interval has one call to spend. Mostly it is the newest page; in turn with it come an unfinished task that
fell off that page, a page of older history when somebody wants it, and the account's free places and credits.
A task that is final is never asked again.
"""

from __future__ import annotations

import itertools
import logging
import statistics
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, overload

from kling.errors import BadRequest, Expired, NotFound, ServerError, UnexpectedAnswer
from kling.feed.poller import LONGEST_WAIT, Feed, in_background
from kling.feed.summary import TaskSummary
from kling.models.tasks import Task, TaskPage

_serials = itertools.count(1)
PAGE = 100
KEPT_DAYS = 7
HELD = 10_000
CHANGES_KEPT = 4000
RESTING = 10
"""So many times rarer are the looks when all is final."""
AT_ONCE = 1.0
"""Seconds between two pages of history that somebody waits for."""
ASIDE_SECONDS = 60.0
"""How often free places and credits are asked at most, unless we changed something ourselves."""
ASK_AGAIN_SECONDS = 15.0
LIKE_TASKS = 15
LOOKED_THROUGH = 300
log = logging.getLogger(__name__)

Reason = Literal["deleted", "expired", "gone"]
Kind = Literal["added", "changed", "finished", "gone"]


class Client(Protocol):
    """What the feed asks of the client."""

    def list_tasks(
        self,
        content_type: str | None = None,
        page_size: int | None = None,
        created_before: int | None = None,
        created_after: int | None = None,
    ) -> TaskPage: ...
    def get_task(self, task_id: int) -> Task: ...


@dataclass(frozen=True, eq=False)
class TaskList(Sequence[TaskSummary]):
    """Every task held, newest first."""

    summaries: tuple[TaskSummary, ...] = ()
    by_id: Mapping[int, TaskSummary] = field(default_factory=dict)
    is_complete: bool = False
    """Whether there is nothing older to be had."""
    gone: Mapping[int, Reason] = field(default_factory=dict)
    """Why tasks have left the list, the last ones."""
    stamp: int = 0
    """Grows when something to be seen has changed."""
    serial: int = 0
    """Grows whenever anything has, be it a link signed anew; no two lists of a process have the same."""

    def get(self, task_id: int | None) -> TaskSummary | None:
        """The task with this number."""
        return None if task_id is None else self.by_id.get(task_id)

    @property
    def unfinished(self) -> list[TaskSummary]:
        """What is still waiting or in the making."""
        return [summary for summary in self.summaries if summary.is_waiting]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskList) and self.stamp == other.stamp

    def __hash__(self) -> int:
        return self.stamp

    def __len__(self) -> int:
        return len(self.summaries)

    def __iter__(self) -> Iterator[TaskSummary]:
        return iter(self.summaries)

    @overload
    def __getitem__(self, index: int) -> TaskSummary: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TaskSummary]: ...
    def __getitem__(self, index: int | slice) -> TaskSummary | Sequence[TaskSummary]:
        return self.summaries[index]


class Change(NamedTuple):
    version: int
    kind: Kind
    id: int


@dataclass(frozen=True)
class Changes:
    """What happened between two snapshots, by task numbers; what left the list has its reason in `TaskList.gone`."""

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    finished: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    is_whole: bool = True
    """False when it is too long ago to tell everything."""

    def __contains__(self, task_id: int) -> bool:
        return any(task_id in ids for ids in (self.added, self.changed, self.finished, self.gone))


class TaskFeed(Feed[TaskList]):
    """`asides` get a turn after something has changed, `on_request` when they were told to look again.

    So everything that is seen beside the tasks keeps to the one call an interval too.
    """

    def __init__(
        self,
        client: Callable[[], Client],
        refresh_seconds: float = 5.0,
        *,
        asides: Sequence[Feed[Any]] = (),
        on_request: Sequence[Feed[Any]] = (),
        on_finish: Callable[[TaskSummary], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
        start: Callable[[Callable[[], None]], None] = in_background,
    ) -> None:
        super().__init__(self._turn, self._pace, clock=clock, start=start)
        self._client = client
        self._asides = asides
        self._on_request = on_request
        self._on_finish = on_finish
        self.refresh_seconds = refresh_seconds
        self._held: dict[int, TaskSummary] = {}
        self._unreadable: list[TaskSummary] = []
        self._sorted: tuple[TaskSummary, ...] = ()
        self._gone: dict[int, Reason] = {}
        self._etas: dict[int, float] = {}
        self._spans: dict[str, float] = {}
        self._ask_at: dict[int, float] = {}
        self._told: dict[int, Reason] = {}
        self._on_page: frozenset[int] = frozenset()
        self._is_page_turn = True
        self._page_at = 0.0
        self._is_complete = False
        self._wants_older = False
        self._has_new_links = False
        self._stamp = 0
        self._serial = 0
        self._changed_at = 0.0
        self._finished_at = 0.0
        self._pending: list[tuple[Kind, int]] = []
        self._history: deque[Change] = deque(maxlen=CHANGES_KEPT)

    # What others tell the feed

    def look_again(self) -> None:
        """Make the next snapshot look at the newest page: something was changed there by us."""
        with self._changed:
            self._is_page_turn = True
            super().look_again()

    def look_at(self, task_id: int, if_missing: Reason = "gone") -> None:
        """Somebody claims that this task has changed: ask upstream at once."""
        with self._changed:
            self._told[task_id] = if_missing
            super().look_again()
        self.snapshot()

    def want_older(self) -> None:
        """Somebody wants to see what is older than what is held: a page of it comes with the next looks."""
        with self._changed:
            if not (self._wants_older or self._is_complete or not self._held):
                self._wants_older = True
                self._due = min(self._due, self._clock() + AT_ONCE)

    def changes(self, since: int) -> Changes:
        """What happened after the snapshot of version `since`."""
        with self._changed:
            later = [change for change in self._history if change.version > since]
            is_whole = len(self._history) < CHANGES_KEPT or self._history[0].version <= since
        kinds: dict[str, list[int]] = {"added": [], "changed": [], "finished": [], "gone": []}
        for change in later:
            kinds[change.kind].append(change.id)
        return Changes(**{kind: tuple(dict.fromkeys(ids)) for kind, ids in kinds.items()}, is_whole=is_whole)

    # One look

    def _look(self) -> None:
        super()._look()
        if self._told:
            self.snapshot()

    def _turn(self) -> TaskList:
        with self._changed:
            ask = self._next_call(self._clock())
        ask()
        with self._changed:
            return self._composed(self._clock())

    def _next_call(self, now: float) -> Callable[[], None]:
        """What this interval's call is spent on."""
        if self._told:
            task_id = next(iter(self._told))
            if_missing = self._told.pop(task_id)
            return lambda: self._ask_one(task_id, if_missing)
        is_page_turn, self._is_page_turn = self._is_page_turn, True
        if self._wants_older and now - self._page_at < 2 * self.refresh_seconds:
            return self._ask_older
        other = None if is_page_turn else self._other_call(now)
        if other is None:
            self._is_page_turn, self._page_at = False, now
            return self._ask_page
        return other

    def _other_call(self, now: float) -> Callable[[], None] | None:
        for aside in (*self._asides, *self._on_request):
            if self._is_stale(aside, now):
                return aside.look_here
        lone = self._lone_task(now)
        return None if lone is None else lambda: self._ask_one(lone, "gone")

    def _is_stale(self, aside: Feed[Any], now: float) -> bool:
        """Whether a list beside the tasks has reason to be different by now."""
        known, looked_at = aside.known(), aside.looked_at
        if known.value is None or looked_at is None:
            return False
        if aside in self._on_request:
            return aside.was_asked_again
        if self._is_wanted(aside):
            return True
        # By the last look and not by the last answer: a list that cannot be had would be stale for ever.
        may_differ = looked_at < self._changed_at or known.error is not None
        return now - looked_at >= ASIDE_SECONDS * (1 if may_differ else RESTING)

    def _is_wanted(self, aside: Feed[Any]) -> bool:
        """Whether it is to be asked at once: we changed something, or the last task ended, and what was freed or
        charged shows now."""
        looked_at = aside.looked_at or 0.0
        return aside.known().value is not None and (
            aside.was_asked_again or (looked_at < self._finished_at and not self._unfinished())
        )

    def _lone_task(self, now: float) -> int | None:
        """The unfinished task to ask singly: one off the page, or one on it that nobody can tell the end of."""
        waiting = [
            summary.id
            for summary in self._unfinished()
            if summary.id is not None
            and (summary.id not in self._on_page or (summary.finishes_at is None and summary.id not in self._etas))
        ]
        due = [task_id for task_id in waiting if self._ask_at.get(task_id, 0.0) <= now]
        return min(due, key=lambda task_id: self._ask_at.get(task_id, 0.0), default=None)

    def _ask_page(self) -> None:
        page = self._client().list_tasks(page_size=PAGE)
        with self._changed:
            self._merge(page)
            self._on_page = frozenset(task.id for task in page if task.id is not None)
            self._miss(page)
            self._unreadable = [TaskSummary.of(task) for task in page if task.id is None]
            if self._now.value is None:
                self._is_complete = not page  # a short one may have been cut off by upstream

    def _ask_older(self) -> None:
        oldest = min((summary.created for summary in self._held.values() if summary.created), default=None)
        page = self._client().list_tasks(page_size=PAGE, created_before=oldest)
        with self._changed:
            self._wants_older = False
            limit = self._oldest_kept()
            unknown = [task for task in page if task.id not in self._held and (task.created or 0) > limit]
            self._is_complete = not unknown or len(self._held) >= HELD
            self._stamp += 1
            self._merge(unknown)

    def _ask_one(self, task_id: int, if_missing: Reason) -> None:
        try:
            task = self._client().get_task(task_id)
        except NotFound:
            return self._lose(task_id, if_missing)
        except Expired:
            return self._lose(task_id, "expired")
        except (ServerError, UnexpectedAnswer, BadRequest) as fault:
            # One task that upstream cannot tell of must not stop the others.
            log.warning("task %s could not be asked: %s", task_id, fault)
            return self._put_off(task_id, None)
        with self._changed:
            self._merge([task])
        self._put_off(task_id, task)
        return None

    def _put_off(self, task_id: int, task: Task | None) -> None:
        """Ask again the later the longer it has been under way already."""
        now = self._clock()
        with self._changed:
            summary = self._held.get(task_id)
            age = now - (summary.created or 0) / 1000 if summary else 0.0
            self._ask_at[task_id] = now + min(LONGEST_WAIT, max(ASK_AGAIN_SECONDS, age / 10))
            if task is not None and not task.is_final:
                self._etas[task_id] = now + task.eta_time / 1000 if task.eta_time else 0.0
                if summary and summary.created and task.eta_time:
                    self._spans[summary.likeness] = self._etas[task_id] - summary.created / 1000

    def _lose(self, task_id: int, reason: Reason) -> None:
        with self._changed:
            self._leave(task_id, reason)

    # What was found, held under the lock

    def _merge(self, tasks: Iterable[Task]) -> None:
        now = self._clock()
        for task in tasks:
            if task.id is None:
                continue
            if task.record.deleted:
                self._leave(task.id, "deleted")
                continue
            self._gone.pop(task.id, None)
            self._keep(task.id, task, now)
        self._sort()

    def _keep(self, task_id: int, task: Task, now: float) -> None:
        known = self._held.get(task_id)
        summary = TaskSummary.of(task, known)
        if summary is known:
            return
        self._held[task_id] = summary.expected(self._forecast(summary), now)
        self._has_new_links = True
        if known is None:
            self._note("added", task_id)
        elif summary.is_final and not known.is_final:
            self._note("finished", task_id)
            self._on_finish(summary)
        elif self._held[task_id] != known:
            self._note("changed", task_id)

    def _miss(self, page: TaskPage) -> None:
        """Final tasks that should be on the page and are not have been deleted elsewhere; the others are asked."""
        oldest = page.oldest
        if oldest is None:
            return
        for summary in self._sorted:
            if summary.id is None or summary.id in self._on_page:
                continue
            if (summary.created or 0) <= oldest:
                break
            self._ask_at.pop(summary.id, None)
            if summary.is_final:
                self._leave(summary.id, "gone")

    def _leave(self, task_id: int, reason: Reason) -> bool:
        was_held = self._held.pop(task_id, None) is not None
        self._etas.pop(task_id, None)
        self._ask_at.pop(task_id, None)
        if was_held:
            self._gone[task_id] = reason
            for first in list(self._gone)[: max(0, len(self._gone) - PAGE)]:
                del self._gone[first]
        if was_held:
            self._note("gone", task_id)
        return was_held

    def _note(self, kind: Kind, task_id: int) -> None:
        self._pending.append((kind, task_id))
        self._stamp += 1
        self._changed_at = self._clock()
        if kind == "finished":
            self._finished_at = self._changed_at

    def _unfinished(self) -> list[TaskSummary]:
        return [summary for summary in self._sorted if summary.is_waiting]

    def _forecast(self, summary: TaskSummary) -> float | None:
        """When a task should be done, in seconds since the epoch: as Kling said, else as long as ones like it took."""
        if summary.is_final or summary.id is None or summary.created is None:
            return None
        if summary.id in self._etas:
            return self._etas[summary.id]
        newest = self._sorted[:LOOKED_THROUGH]
        like = (b.took for b in newest if b.likeness == summary.likeness and b.state == "succeed" and b.took)
        took = [seconds for seconds, _ in zip(like, range(LIKE_TASKS), strict=False)]
        span = statistics.median(took) if took else self._spans.get(summary.likeness)
        return None if span is None else summary.created / 1000 + span

    def _composed(self, now: float) -> TaskList:
        """The list as it is now. Everything in it is frozen, so that readers need no lock."""
        has_moved = self._has_moved(now)
        if self._now.value is not None and not has_moved:
            return self._now.value
        self._sort()
        self._has_new_links = False
        self._serial = next(_serials)
        return TaskList(self._sorted, dict(self._held), self._is_complete, dict(self._gone), self._stamp, self._serial)

    def _has_moved(self, now: float) -> bool:
        """Whether anything is different, as well what only the time has changed."""
        self._expire()
        for summary in self._unfinished():
            if summary.id in self._held:
                held = self._held[summary.id]
                self._held[summary.id] = held.expected(held.finishes_at or self._forecast(held), now)
                self._stamp += self._held[summary.id] is not held
        unreadable = len(self._unreadable) != sum(1 for summary in self._sorted if summary.id is None)
        self._stamp += unreadable
        return self._has_new_links or self._now.value is None or self._stamp != self._now.value.stamp

    def _sort(self) -> None:
        in_order = sorted(self._held.values(), key=lambda summary: summary.created or 0, reverse=True)
        for surplus in in_order[HELD:]:
            self._held.pop(surplus.id or 0)
        self._sorted = (*self._unreadable, *in_order[:HELD])

    def _expire(self) -> None:
        """Upstream forgets what is older than a week, and its links with it."""
        for summary in reversed(self._sorted):
            if summary.id is None or summary.id in self._on_page or (summary.created or 0) > self._oldest_kept():
                break
            self._leave(summary.id, "expired")

    def _oldest_kept(self) -> float:
        return (self._clock() - KEPT_DAYS * 86_400) * 1000

    # What the looks lead to

    def _pace(self, tasks: TaskList) -> float:
        if self._told:
            return 0.0
        if self._wants_older:
            return AT_ONCE
        if tasks.unfinished or any(self._is_wanted(aside) for aside in self._asides):
            return self.refresh_seconds
        # A look beside the tasks comes halfway between two at the tasks, and makes those no rarer.
        is_halfway = self._is_page_turn or any(self._is_stale(aside, self._clock()) for aside in self._asides)
        return self.refresh_seconds * RESTING / (2 if is_halfway else 1)

    def _succeed(self, value: TaskList, began: float) -> None:
        super()._succeed(value, began)
        self._log_pending()

    def _log_pending(self) -> None:
        self._history.extend(Change(self._now.version, kind, task_id) for kind, task_id in self._pending)
        self._pending.clear()
