"""A task that Kling took, until nothing will change any more."""

from __future__ import annotations

from kling.errors import Expired, KlingError, NotFound
from kling.models import Task
from kling.orders.context import Context, Outcome
from kling.orders.records import SENT, error_to_json


def follow(context: Context, order_id: str) -> Outcome:
    """Look at the task until nothing will change any more."""
    failures = 0
    while True:
        row = context.row(order_id)
        if row["step"] != "accepted":
            return "ended"
        try:
            task = context.client(row["account"]).get_task(row["task_id"])
        except (NotFound, Expired) as error:
            context.update(order_id, SENT, step="gone", error=error_to_json(error), ended_at=context.clock())
            return "ended"
        except KlingError:
            failures += 1
            context.rest(min(60.0, 2.0**failures))
            continue
        failures = 0
        if task.is_final:
            step = "done" if task.state == "succeed" else "failed"
            context.update(order_id, SENT, step=step, task=task.to_json(), ended_at=context.clock())
            context.list_changed(row["account"])
            return "ended"
        context.rest(_until_next_look(context, task))


def _until_next_look(context: Context, task: Task) -> float:
    expected = context.pace.follow if task.eta_time is None else task.eta_time / 1000 + 0.005
    return max(context.pace.follow_first, min(context.pace.follow, expected))
