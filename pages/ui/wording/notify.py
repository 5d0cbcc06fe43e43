"""What the team's web hook is told of what has finished."""

from __future__ import annotations

from collections import Counter
from urllib.parse import quote

from kling.notify import Ending, Message, Notice
from pages.ui.wording.orders import STEPS


def compose(notice: Notice, name: str, public_url: str | None) -> Message:
    """One sentence, a link to it where this dashboard has an address, and the facts. Never a description or a link of
    Kling's."""
    done = sum(each.step == "done" for each in notice.orders)
    sentence = _one(notice.orders[0]) if not notice.batch else _batch(notice.orders, done)
    facts = {
        "person": name,
        "batch": notice.batch,
        "orders": [
            {"id": each.id, "title": each.title, "state": each.step, "task": each.task_id} for each in notice.orders
        ],
    }
    return Message(f"{name}: {sentence}", _link(notice, public_url), facts)


def _one(order: Ending) -> str:
    return f"{STEPS[order.step].rstrip('.…')}: {order.title}"


def _batch(orders: tuple[Ending, ...], done: int) -> str:
    if done == len(orders):
        return f"all {done} of a batch are ready." if done > 1 else "the one of a batch is ready."
    other = Counter(STEPS[each.step].rstrip(".…") for each in orders if each.step != "done")
    rest = ", ".join(f"{count} × {said[0].lower()}{said[1:]}" for said, count in other.items())
    return f"{done} of {len(orders)} of a batch are ready; {rest}."


def _link(notice: Notice, public_url: str | None) -> str:
    if not public_url:
        return ""
    if notice.batch:
        return f"{public_url}/?batch={quote(notice.batch)}"
    task = notice.orders[0].task_id
    return f"{public_url}/tasks?task={task}" if task is not None else f"{public_url}/"
