"""A task that Kling took, until nothing will change any more."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kling.errors import Expired, KlingError, NotFound
from kling.models import Task
from kling.orders.context import Context, Outcome
from kling.orders.pace import Pace
from kling.orders.records import SENT, error_to_json
from kling.orders.rows import Claim, Row, to_json

FAULT_AT_MOST = 60.0
APART = 1.0
"""Seconds between two looks at a task, except the first two of one that takes less."""
FRESH = 0.05
"""How old the list may be when a task should be done, as a part of the time that the task takes."""
FRESH_AT_LEAST = 0.02
UNLISTED = 3
"""So many looks after a task was taken, the list should show it."""


@dataclass
class _Watch:
    """What is known of a task that is followed; times by the monotonic clock."""

    began: float
    """When Kling took it."""
    is_single: bool
    """Whether the next look is at the task itself, if it is its turn: where the list cannot tell."""
    due: float | None = None
    """When it should be done."""
    looks: int = 0
    late: int = 0
    """Looks since it should have been done."""
    failures: int = 0
    unsure_since: float | None = None
    """Since when it has been unknown, or final with nothing made."""

    @property
    def fresh(self) -> float | None:
        """How old (seconds) the list may be that tells of the end."""
        return None if self.due is None else max(FRESH_AT_LEAST, FRESH * (self.due - self.began))

    def apart(self, pace: Pace) -> float:
        """Seconds between two looks when the end is near."""
        return min(APART, pace.follow, self.fresh or APART)

    def max_age(self, pace: Pace, now: float) -> float:
        """How old (seconds) the list may be."""
        is_due = self.due is not None and now >= self.due
        return min(pace.follow, self.fresh or pace.follow) if is_due else pace.follow


def follow(context: Context, claim: Claim) -> Outcome:
    """Look at the task until nothing will change any more, in the list that all orders of the account share; at the
    task itself only where the list does not tell: when it should be done, of a task that is not on it, what was made.
    """
    row = context.row(claim)
    waited = context.now() - (row["accepted_at"] or context.now())
    is_known = context.looks.is_duration_known(row["account"], row["kind"])
    watch = _Watch(context.monotonic() - waited, is_single=not is_known)
    while row["step"] == "accepted":
        wait = _look(context, claim, row, watch)
        if wait is None:
            break
        context.rest(wait)
        row = context.row(claim)
    return "ended"


def _look(context: Context, claim: Claim, row: Row, watch: _Watch) -> float | None:
    """Seconds until the next look; None once the order has ended."""
    try:
        task = _read_task(context, row, watch)
    except (NotFound, Expired) as error:
        watch.is_single = True
        if _is_unsure_still(context, watch) and not isinstance(error, Expired):
            return min(context.pace.looks, context.pace.missing / 4)
        context.update(claim, SENT, step="gone", error=error_to_json(error), ended_at=context.now())
        return None
    except KlingError:
        watch.failures += 1
        return min(FAULT_AT_MOST, 2.0**watch.failures)
    watch.failures = 0
    if task is not None and task.is_final:
        if not _has_works(task, row) and _is_unsure_still(context, watch):
            watch.is_single = True
            return min(context.pace.looks, context.pace.missing / 4)
        _end(context, claim, row, task)
        return None
    if task is not None:
        watch.unsure_since = None
    return _plan(context, claim, row, watch, task)


def _read_task(context: Context, row: Row, watch: _Watch) -> Task | None:
    """The task by itself, or what the shared list says of it; None when that says nothing."""
    account, kind = row["account"], row["kind"]
    if not (watch.is_single and context.looks.may_ask_singly(account)):
        if not watch.looks:
            return None  # it was taken this moment, and the list may be older
        return context.looks.newest(account, watch.max_age(context.pace, context.monotonic())).get(row["task_id"])
    task = context.client(account).get_task(row["task_id"])
    if not task.is_final:
        left = None if task.eta_time is None else task.eta_time / 1000
        watch.due = None if left is None else context.monotonic() + left
        context.looks.learn_duration(account, kind, None if watch.due is None else watch.due - watch.began)
    return task


def _is_unsure_still(context: Context, watch: _Watch) -> bool:
    """For a while, what Kling shows just after it took an order, or just after it ended one, is not believed."""
    watch.unsure_since = watch.unsure_since or context.monotonic()
    return context.monotonic() - watch.unsure_since < context.pace.missing


def _plan(context: Context, claim: Claim, row: Row, watch: _Watch, task: Task | None) -> float:
    now, account, kind = context.monotonic(), row["account"], row["kind"]
    if watch.due is None and (seconds := context.looks.duration(account, kind)) is not None:
        watch.due = watch.began + seconds
    left = None if watch.due is None else max(0.0, watch.due - now)
    watch.late = watch.late + 1 if left == 0 else 0
    wait = until_next_look(context.pace, left, watch.looks, watch.late, watch.apart(context.pace))
    is_missing = task is None and watch.looks > 0 and now - watch.began > UNLISTED * context.pace.follow
    watch.is_single = is_missing or (watch.due is None and not context.looks.is_duration_known(account, kind))
    watch.looks += 1
    _tell_if_overdue(context, claim, row, left or 0.0)
    return wait


def until_next_look(pace: Pace, left: float | None, looks: int, late: int = 0, apart: float = APART) -> float:
    """Seconds to the look after this one, of which there were `looks` before, `late` of them since it should be done.

    When the end is near, in `left` seconds, the look waits for it; one that comes later than foretold is asked for ever
    more seldom.
    """
    if late > 1:
        return min(pace.follow, apart * 2.0 ** min(late - 1, 16))
    expected = pace.follow if left is None else left + 0.005
    return max(apart if looks else pace.follow_first, expected if expected < pace.follow + apart else pace.follow)


def _has_works(task: Task, row: Row) -> bool:
    """Whether a task that succeeded shows what it made, as far as it must."""
    return task.state != "succeed" or row["kind"] not in ("video", "reference") or bool(task.works)


def _end(context: Context, claim: Claim, row: Row, task: Task) -> None:
    seen = None if _has_works(task, row) else to_json({"problem": "no works"})
    step = "done" if task.state == "succeed" else "failed"
    context.update(claim, SENT, step=step, task=task.to_json(), ended_at=context.now(), seen=seen)
    context.list_changed(row["account"])


def _tell_if_overdue(context: Context, claim: Claim, row: Row, left: float) -> None:
    """Long after the task should have been done, its order says so; it is followed all the same."""
    waited = context.now() - (row["accepted_at"] or context.now())
    if left == 0 and waited > context.pace.overdue and not json.loads(row["seen"] or "{}"):
        context.update(claim, SENT, seen=to_json({"problem": "overdue"}))
