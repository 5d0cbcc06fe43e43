"""A paid request without a proper answer: whether it arrived."""

from __future__ import annotations

import json
from typing import Any

from kling.errors import KlingError
from kling.models import Task
from kling.orders import queue, search
from kling.orders.context import Context, Outcome
from kling.orders.files import remove_files
from kling.orders.outcomes import accept, back_in_queue
from kling.orders.pace import Pace
from kling.orders.placing import request_of
from kling.orders.records import SENT
from kling.orders.repository import Claim, Row, to_json


def find_task(context: Context, claim: Claim) -> Outcome:
    """Look until the request is found at Kling, or was certainly not received, or nobody can tell.

    Time counts by this process's own clock, which nobody sets: whoever takes it over begins anew.
    """
    began, looks = context.monotonic(), 0
    while True:
        row = context.row(claim)
        if row["step"] != "looking":
            return "accepted" if row["step"] == "accepted" else "ended"
        outcome = look_once(context, claim, row, context.monotonic() - began, looks)
        if outcome is not None:
            return outcome
        looks += 1
        context.rest(min(context.pace.looks * 2 ** min(looks, 8), context.pace.looks * 5))


def look_once(context: Context, claim: Claim, row: Row, waited: float, looks: int) -> Outcome | None:
    """One look after so many; None while it is too early to tell."""
    try:
        look = look_for_task(context, row)
    except KlingError:
        return None
    if look.task is not None:
        return accept(context, claim, look.task)
    if waited < seconds_needed(context.pace, row["doubt"], bool(candidates_of(look)) or not look.is_complete):
        return None
    return _decide(context, claim, row, look, looks + 1)


def seconds_needed(pace: Pace, doubt: str | None, is_unclear: bool) -> float:
    """How long to look; a refusal because Kling is busy is believed after one whole look."""
    if doubt == "silent":
        return pace.settling_silence
    if doubt in ("lost", "refused"):
        return pace.settling
    if doubt == "busy":
        return pace.settling if is_unclear else 0.0
    return pace.post_alive


def look_for_task(context: Context, row: Row) -> search.Look:
    """What can be found of an order. What was there before it was sent is never its task. Raises `KlingError`."""
    request, known = request_of(row), json.loads(row["known_tasks"] or "[]")
    held = context.repository.held_tasks(row["id"]) | set(known)
    return search.look_for(context.client(row["account"]), request, request.reply_ref or "", row["since"], held)


def _decide(context: Context, claim: Claim, row: Row, look: search.Look, looks: int) -> Outcome:
    """Nothing was found in all the time a task may take to show."""
    is_sure = look.is_complete and not look.is_known_by_reference and not candidates_of(look)
    if not is_sure or row["doubt"] not in ("lost", "busy", "refused"):
        return ask_person(context, claim, look, looks)
    if row["doubt"] == "refused" or (row["doubt"] == "lost" and row["tries"] >= queue.FAULTY_TRIES):
        context.update(claim, SENT, step="refused", ended_at=context.now())
        remove_files(context, row["id"])
        return "ended"
    back_in_queue(context, claim, row, row["not_before"] or context.now(), None)
    return "again"


def ask_person(
    context: Context, claim: Claim, look: search.Look, looks: int, only_in: tuple[str, ...] = SENT
) -> Outcome:
    """Nobody can tell; a person is shown what was seen."""
    now = context.now()
    seen = {**search.describe_look(look, looks, now), "candidates": [_shown(each) for each in candidates_of(look)]}
    context.update(claim, only_in, step="unknown", seen=to_json(seen), ended_at=now, not_before=None)
    return "ended"


def candidates_of(look: search.Look) -> tuple[Task, ...]:
    """The tasks of which the look could not tell whether they are the wanted one."""
    return tuple(getattr(look, "candidates", ()))


def _shown(task: Task) -> dict[str, Any]:
    return {"id": task.id, "created": task.created, "picture": task.picture_url, "prompt": task.prompt}
