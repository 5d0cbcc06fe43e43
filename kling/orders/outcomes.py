"""What is written down once it is known what became of a paid request, or that nobody knows."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Literal

from kling.errors import KlingError
from kling.models import Task
from kling.orders.context import ClaimLost, Context, Outcome
from kling.orders.costs import note_charge
from kling.orders.naming import name_of_task
from kling.orders.records import SENT, error_to_json
from kling.orders.rows import Claim, Row
from kling.orders.stored_files import remove_files

log = logging.getLogger(__name__)
Doubt = Literal["lost", "busy", "refused", "silent", "taken over", "person"]
"""Why one looks. lost: no proper answer · busy, refused: Kling said no, which is believed after a look · silent: it may
still be at work on it · taken over: its worker is gone, and may be sending it still · person: somebody has looked, and
wants it sent again."""


def accept(context: Context, claim: Claim, task: Task, is_answer: bool = False) -> Outcome:
    """Kling has it. An answer to our own request counts even where the order is another worker's by now."""
    now = context.now()  # before anything that may take a while: by it the task's end is foretold
    row = context.repository.get(claim.order_id)
    if row is None:
        raise ClaimLost
    changes = {"task": task.to_json(), "accepted_at": now, "error": None, "not_before": None, "seen": None}
    is_held = None if task.id is None else context.repository.hold_task(claim, task.id, **changes)
    if is_held is None:
        return mark_unsure(context, claim, None, "silent")
    if not is_held:
        if is_answer and task.id is not None and context.repository.adopt_task(claim.order_id, task.id, **changes):
            context.unattended.set()
        raise ClaimLost
    log.info("Kling has the order as task %s", task.id)
    context.holds.release(row["account"])
    name_of_task(context, row, task.id)
    note_charge(context, row, task)
    context.notify()
    context.list_changed(row["account"])
    remove_files(context, claim.order_id)
    return "accepted"


def back_in_queue(
    context: Context, claim: Claim, row: Row, until: float, error: KlingError | None, only_in: Iterable[str] = SENT
) -> None:
    """Nothing of it is at Kling: it may be sent again from then on."""
    cause = {} if error is None else {"error": error_to_json(error)}
    changes = {"step": "ready", "not_before": until, "tries": row["tries"] + 1, "sent_at": None, "unsure_at": None}
    context.update(claim, tuple(only_in), **changes, **cause)


def mark_unsure(
    context: Context, claim: Claim, error: KlingError | None, doubt: Doubt, not_before: float | None = None
) -> Outcome:
    """Whether it arrived has to be found out first."""
    changes: dict[str, Any] = {"step": "looking", "doubt": doubt, "unsure_at": context.now(), "not_before": not_before}
    if error is not None:
        changes |= {"error": error_to_json(error)}
    context.update(claim, SENT, **changes)
    return "look"
