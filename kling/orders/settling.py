"""A paid request without a proper answer: whether it arrived."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kling.errors import KlingError
from kling.orders import queue, search
from kling.orders.context import Context, Outcome
from kling.orders.holds import is_halting
from kling.orders.outcomes import accept, back_in_queue
from kling.orders.pace import Pace
from kling.orders.placing import request_of
from kling.orders.records import SENT
from kling.orders.rows import Claim, Row, to_json
from kling.orders.stored_files import remove_files


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
    _remember(context, claim, row, look, looks + 1)
    if waited < seconds_needed(context.pace, row["doubt"], look.is_unclear):
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
    sought = search.Sought(
        request,
        request.reply_ref or "",
        is_own_reference=request.reply_ref == row["id"],
        since=row["since"],
        held=context.repository.held_tasks(row["id"]) | set(known),
        doubted=json.loads(row["seen"] or "{}").get("doubted", ()),
    )
    return search.look_for(context.client(row["account"]), sought)


def _remember(context: Context, claim: Claim, row: Row, look: search.Look, looks: int) -> None:
    """Keep whose tasks were seen running, which nothing tells once they end, and what a person may choose from."""
    before, known = json.loads(row["seen"] or "{}"), json.loads(row["known_tasks"] or "[]")
    seen = search.describe_look(look, looks, context.now())
    if _what_counts(seen) != _what_counts(before) or not look.others <= set(known):
        context.update(claim, SENT, seen=to_json(seen), known_tasks=to_json(sorted({*known, *look.others})))


def _what_counts(seen: Mapping[str, Any]) -> tuple[list[int], list[int]]:
    return [each["id"] for each in seen.get("candidates", ())], list(seen.get("doubted", ()))


def _decide(context: Context, claim: Claim, row: Row, look: search.Look, looks: int) -> Outcome:
    """Nothing was found in all the time a task may take to show."""
    if look.is_unclear or row["doubt"] not in ("lost", "busy", "refused"):
        return ask_person(context, claim, look, looks)
    # An account that does not work is waited for, however long: the whole line is held until somebody mends it.
    is_enough = row["tries"] >= queue.FAULTY_TRIES and not is_halting(row["error"])
    if row["doubt"] == "refused" or (row["doubt"] == "lost" and is_enough):
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
    seen = search.describe_look(look, looks, now)
    context.update(claim, only_in, step="unknown", seen=to_json(seen), ended_at=now, not_before=None)
    return "ended"
