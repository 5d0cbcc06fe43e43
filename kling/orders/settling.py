"""A paid request without a proper answer: whether it arrived."""

from __future__ import annotations

from kling.errors import KlingError
from kling.orders import queue, search
from kling.orders.context import Context, Outcome
from kling.orders.files import remove_files
from kling.orders.outcomes import accept, back_in_queue
from kling.orders.placing import request_of
from kling.orders.records import SENT
from kling.orders.repository import Row, to_json


def find_task(context: Context, order_id: str) -> Outcome:
    """Look until the request is found at Kling, or was certainly not received, or nobody can tell."""
    looks = 0
    while True:
        row = context.row(order_id)
        if row["step"] != "looking":
            return "accepted" if row["step"] == "accepted" else "ended"
        look = _look(context, row)
        looks += 1
        if look is not None and look.task is not None:
            return accept(context, order_id, look.task)
        if look is not None and _has_settled(context, row):
            return _decide(context, row, look, looks)
        context.rest(min(context.pace.looks * 2 ** min(looks, 8), context.pace.looks * 5))


def _look(context: Context, row: Row) -> search.Look | None:
    try:
        client, held = context.client(row["account"]), context.repository.held_tasks(row["id"])
        request = request_of(row)
        return search.look_for(client, request, request.reply_ref or "", row["since"], held)
    except KlingError:
        return None


def _has_settled(context: Context, row: Row) -> bool:
    needed = context.pace.settling_silence if row["was_silent"] else context.pace.settling
    return bool(context.clock() - row["unsure_at"] >= needed)


def _decide(context: Context, row: Row, look: search.Look, looks: int) -> Outcome:
    """Nothing was found in all the time a task may take to show."""
    is_sure = look.is_complete and not row["was_silent"] and not look.is_known_by_reference
    if not is_sure:
        seen = search.describe_look(look, looks, context.clock())
        context.update(row["id"], SENT, step="unknown", seen=to_json(seen), ended_at=context.clock())
        return "ended"
    if row["tries"] >= queue.FAULTY_TRIES:
        context.update(row["id"], SENT, step="refused", ended_at=context.clock())
        remove_files(context, row["id"])
        return "ended"
    back_in_queue(context, row["id"], context.clock(), None)
    return "again"
