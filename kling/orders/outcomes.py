"""What is written down when it is known what became of a paid request."""

from __future__ import annotations

from typing import Any

from kling.errors import KlingError
from kling.models import Task
from kling.orders.context import Context, Outcome
from kling.orders.costs import note_charge
from kling.orders.files import remove_files
from kling.orders.records import SENT, error_to_json


def accept(context: Context, order_id: str, task: Task) -> Outcome:
    """Kling has it."""
    row = context.row(order_id)
    changes = {"task": task.to_json(), "accepted_at": context.clock(), "error": None, "not_before": None, "seen": None}
    if task.id is None or not context.repository.hold_task(order_id, task.id, **changes):
        return mark_unsure(context, order_id, None, True)
    note_charge(context, row, task)
    context.notify()
    context.list_changed(row["account"])
    remove_files(context, order_id)
    return "accepted"


def back_in_queue(context: Context, order_id: str, until: float, error: KlingError | None) -> None:
    """Nothing of it is at Kling: it may be sent again from then on, once this step has ended: until then it is in
    nobody's hands, so that its turn does not come too early."""
    tries = context.row(order_id)["tries"] + 1
    kept = {} if error is None else {"error": error_to_json(error)}
    changes = {"step": "ready", "worker": None, "not_before": until, "tries": tries, "sent_at": None, "unsure_at": None}
    context.update(order_id, SENT, **changes, **kept)


def mark_unsure(context: Context, order_id: str, error: KlingError | None, was_silent: bool) -> Outcome:
    row = context.row(order_id)
    changes: dict[str, Any] = {"step": "looking", "worker": context.me}
    if row["unsure_at"] is None:
        changes |= {"unsure_at": context.clock(), "was_silent": was_silent}
    if error is not None:
        changes |= {"error": error_to_json(error)}
    context.update(order_id, SENT, **changes)
    return "look"
