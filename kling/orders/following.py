"""A task that Kling took, until nothing will change any more."""

from __future__ import annotations

import json

from kling.errors import Expired, KlingError, NotFound
from kling.models import Task
from kling.orders.context import Context, Outcome
from kling.orders.records import SENT, error_to_json
from kling.orders.repository import Claim, Row, to_json

FAULT_AT_MOST = 60.0


def follow(context: Context, claim: Claim) -> Outcome:
    """Look at the task until nothing will change any more: by itself around the time it should be done, else in the
    list that all orders of the account share."""
    due, missing_since, looks, failures = context.monotonic(), None, 0, 0
    while True:
        row = context.row(claim)
        if row["step"] != "accepted":
            return "ended"
        is_due = context.monotonic() >= due
        try:
            task = _read_task(context, row, is_due)
        except (NotFound, Expired) as error:
            missing_since = missing_since or context.monotonic()
            if isinstance(error, Expired) or context.monotonic() - missing_since >= context.pace.missing:
                context.update(claim, SENT, step="gone", error=error_to_json(error), ended_at=context.now())
                return "ended"
            context.rest(min(context.pace.looks, context.pace.missing / 4))
            continue
        except KlingError:
            failures += 1
            context.rest(min(FAULT_AT_MOST, context.pace.follow * 2.0 ** min(failures, 8) / 2))
            continue
        failures = 0
        if task is not None and task.is_final:
            missing_since = missing_since or context.monotonic()
            is_believed = _has_works(task, row) or context.monotonic() - missing_since >= context.pace.missing
            if is_believed:
                return _end(context, claim, row, task)
            context.rest(min(context.pace.looks, context.pace.missing / 4))
            continue
        missing_since = None
        if is_due:
            eta = (task.eta_time or 0) / 1000 if task is not None else 0.0
            looks = 0 if eta else looks + 1
            wait = eta + 0.005 if eta else context.pace.follow_first * 2.0 ** min(looks, 16)
            due = context.monotonic() + max(context.pace.follow_first, wait)
            _tell_if_overdue(context, claim, row, eta)
        context.rest(max(context.pace.follow_first, min(context.pace.follow, due - context.monotonic())))


def _read_task(context: Context, row: Row, is_due: bool) -> Task | None:
    """The task itself when it is due, else what the shared list says of it; None when that says nothing."""
    client = context.client(row["account"])
    if is_due:
        return client.get_task(row["task_id"])
    return context.lists.newest(client, row["account"], context.pace.follow).get(row["task_id"])


def _has_works(task: Task, row: Row) -> bool:
    """Whether a task that succeeded shows what it made, as far as it must."""
    return task.state != "succeed" or row["kind"] not in ("video", "reference") or bool(task.works)


def _end(context: Context, claim: Claim, row: Row, task: Task) -> Outcome:
    seen = None if _has_works(task, row) else to_json({"problem": "no works"})
    step = "done" if task.state == "succeed" else "failed"
    context.update(claim, SENT, step=step, task=task.to_json(), ended_at=context.now(), seen=seen)
    context.list_changed(row["account"])
    return "ended"


def _tell_if_overdue(context: Context, claim: Claim, row: Row, eta: float) -> None:
    """Long after the task should have been done, its order says so; it is followed all the same."""
    waited = context.now() - (row["accepted_at"] or context.now()) - eta
    if waited > context.pace.overdue and not json.loads(row["seen"] or "{}"):
        context.update(claim, SENT, seen=to_json({"problem": "overdue"}))
