"""A task that Kling took, until nothing will change any more."""

from __future__ import annotations

import json
from dataclasses import dataclass

from kling.errors import Expired, KlingError, NotFound
from kling.models import Task
from kling.orders.context import Context, Outcome
from kling.orders.pace import Pace
from kling.orders.records import SENT, error_to_json
from kling.orders.repository import Claim, Row, to_json

FAULT_AT_MOST = 60.0
LATE = 4
"""Looks at a late task by itself; after that it is watched in the list like all others."""
APART = 1.0
"""Seconds between two looks at a task, except the first two of one that takes less."""


@dataclass
class _Watch:
    """What is known of a task that is followed; times by the monotonic clock."""

    due: float | None = None
    """When it should be done."""
    is_exact: bool = True
    """Whether the next look is at the task itself."""
    looks: int = 0
    late: int = 0
    """Looks since it should have been done."""
    failures: int = 0
    unsure_since: float | None = None
    """Since when it has been unknown, or final with nothing made."""


def follow(context: Context, claim: Claim) -> Outcome:
    """Look at the task until nothing will change any more: by itself around the time it should be done, else in the
    list that all orders of the account share."""
    watch = _Watch()
    while True:
        row = context.row(claim)
        if row["step"] != "accepted":
            return "ended"
        wait = _look(context, claim, row, watch)
        if wait is None:
            return "ended"
        context.rest(wait)


def _look(context: Context, claim: Claim, row: Row, watch: _Watch) -> float | None:
    """Seconds until the next look; None once the order has ended."""
    try:
        task = _read_task(context, row, watch.is_exact)
    except (NotFound, Expired) as error:
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
            watch.is_exact = True
            return min(context.pace.looks, context.pace.missing / 4)
        _end(context, claim, row, task)
        return None
    watch.unsure_since = None
    return _plan(context, claim, row, watch, task)


def _is_unsure_still(context: Context, watch: _Watch) -> bool:
    """For a while, what Kling shows just after it took an order, or just after it ended one, is not believed."""
    watch.unsure_since = watch.unsure_since or context.monotonic()
    return context.monotonic() - watch.unsure_since < context.pace.missing


def _plan(context: Context, claim: Claim, row: Row, watch: _Watch, task: Task | None) -> float:
    now = context.monotonic()
    if watch.is_exact and task is not None and task.eta_time is not None:
        watch.due = now + task.eta_time / 1000
    left = None if watch.due is None else max(0.0, watch.due - now)
    watch.late = watch.late + 1 if left == 0 else 0
    wait = until_next_look(context.pace, left, watch.looks, watch.late)
    watch.looks += 1
    watch.is_exact = watch.due is not None and now + wait >= watch.due and watch.late < LATE
    _tell_if_overdue(context, claim, row, left or 0.0)
    return wait


def until_next_look(pace: Pace, left: float | None, looks: int, late: int = 0) -> float:
    """Seconds to the look after this one, of which there were `looks` before, `late` of them since it should be done.

    When the end is near, in `left` seconds, the look waits for it; one that comes later than foretold is asked for ever
    more seldom.
    """
    apart = min(APART, pace.follow)
    if late > 1:
        return min(pace.follow, apart * 2.0 ** min(late - 1, 16))
    expected = pace.follow if left is None else left + 0.005
    return max(apart if looks else pace.follow_first, expected if expected < pace.follow + apart else pace.follow)


def _read_task(context: Context, row: Row, is_due: bool) -> Task | None:
    """The task itself when it is due, else what the shared list says of it; None when that says nothing."""
    client = context.client(row["account"])
    if is_due:
        return client.get_task(row["task_id"])
    return context.lists.newest(client, row["account"], context.pace.follow).get(row["task_id"])


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
