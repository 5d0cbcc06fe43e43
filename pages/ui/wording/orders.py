"""Where an order stands and why it stands there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from kling.errors import AccountBroken, ApiError, BadRequest, Expired, ServerError, UnexpectedAnswer, Unreachable
from kling.generations import is_of_other_generation
from kling.orders import Order, Trouble
from kling.orders.charges import Charge
from pages.ui.wording.errors import Explanation, explain
from pages.ui.wording.formats import duration
from pages.ui.wording.line import explain_halt

STEPS = {
    "held": "Waiting for room in the budget…",
    "waiting": "Waiting in the line…",
    "picture": "Sending the picture…",
    "video": "Sending the video…",
    "cover": "Sending the cover picture…",
    "ready": "Waiting for a free place at Kling…",
    "granted": "Its turn has come…",
    "request": "Asking Kling…",
    "looking": "No proper answer came. Looking whether Kling has it…",
    "accepted": "Kling has accepted it.",
    "done": "Ready.",
    "failed": "Kling could not make it.",
    "gone": "Kling no longer has it.",
    "refused": "Not accepted.",
    "unknown": "Needs a look.",
    "cancelled": "Cancelled.",
}
COUNTED = {
    "held": "waiting for room in the budget",
    "waiting": "waiting in the line",
    "picture": "being sent",
    "video": "being sent",
    "cover": "being sent",
    "ready": "waiting for a free place at Kling",
    "granted": "being sent",
    "request": "being sent",
    "looking": "being looked for at Kling",
    "accepted": "in the making",
    "done": "ready",
    "failed": "failed",
    "gone": "gone at Kling",
    "refused": "not accepted",
    "unknown": "to be looked at by you",
    "cancelled": "cancelled",
}
"""What so many orders are, behind their number."""
HELD = "Waiting until the Kling account works…"
LOOKING_ALL_THE_SAME = "Kling said no. Looking whether it has it all the same…"
LOOKING = "Others go on meanwhile. It is sent again by itself only if Kling certainly does not have it."
LOOKING_WHILE_BROKEN = "After that it is sent again by itself, but only if Kling certainly does not have it."
LATE = {
    "overdue": "Kling should have finished this long ago. It is still watched, and nothing more is charged. If it "
    "stays like this, look at it at Kling, or make it again.",
    "no works": "Kling says that this is finished, but shows no video. See on Account whether it was charged, and ask "
    "Kling's support, or make it again.",
}
"""What is wrong with a task that Kling took, by `Order.problem`, and what one can do."""


def explain_order(order: Order) -> Explanation:
    """What to tell about an order that Kling did not take, as far as anybody knows."""
    if order.step == "cancelled" and order.is_unsure:
        return Explanation(
            "This was left as it is. It is not sent again.",
            "If Kling did take it, it was charged, and it is in Tasks.",
            "",
            ":material/block:",
        )
    if order.step == "cancelled":
        return Explanation("This was cancelled.", _nothing_charged(order), "", ":material/block:")
    explanation = explain(order.error or Unreachable("The dashboard was stopped while this was sent."))
    if needs_other_motion(order):
        return Explanation(
            "Kling's service no longer takes motions of the kind that was chosen.",
            "Nothing was charged, and your picture and words are kept. Load the motions again and choose one.",
            explanation.detail,
        )
    if order.may_have_been_received and order.candidates:
        return Explanation(
            f"No proper answer came back. {describe_candidates(order)}",
            "If it is none of these, have it made again, or leave it. Every request that Kling takes is charged.",
            explanation.detail,
            ":material/help:",
        )
    if order.may_have_been_received:
        return Explanation(
            "No proper answer came back, and the request was not found at Kling.",
            f"{_what_was_seen(order)} Look in Tasks yourself: if it is there, all is well. If it is not, send it "
            "again. Every request that Kling takes is charged.",
            explanation.detail,
            ":material/help:",
        )
    return replace(explanation, next=f"{_nothing_charged(order)} {explanation.next}".strip())


def _nothing_charged(order: Order) -> str:
    return "Kling has no task of it, so nothing was charged." if order.sent_once else "Nothing was charged."


def describe_candidates(order: Order) -> str:
    """That there is something at Kling of which only a person can say whether it is this order's."""
    count = len(order.candidates)
    has = "a task that may be this one, or" if count == 1 else f"{count} tasks of which one may be this one, or all"
    return f"Kling has {has} somebody else's. If you know yours by its picture, its time or its words, choose it."


NONE_OF_THESE = ("None of these: make it again", "None of these: leave it")
NOT_THERE = ("It is not there: make it again", "Leave it")
"""What a person may decide about an order that Kling may have: to send it once more, or not."""


def is_worth_again(order: Order) -> bool:
    """Whether the very same may go well at another time: a fault passes, a refusal does not."""
    return isinstance(order.error, ServerError | Unreachable | UnexpectedAnswer)


def needs_other_motion(order: Order) -> bool:
    """Whether the service refused the order because it has moved on to the other generation of motions."""
    return isinstance(order.error, BadRequest) and is_of_other_generation(order.error.words, order.body)


def _what_was_seen(order: Order) -> str:
    looks, compared = order.seen.get("looks", 0), order.seen.get("compared", 0)
    times = "once" if looks == 1 else f"{looks} times"
    others = {0: "there was no newer task at all", 1: "the one newer task is another"}
    return f"The dashboard looked {times}: {others.get(compared, f'the {compared} newer tasks are all others')}."


def describe_step(order: Order, is_held: bool = False) -> str:
    """What an order does now; `is_held`: while the line of its account stands still."""
    if is_held and order.can_be_cancelled:
        return HELD
    said_no = isinstance(order.error, ApiError) and not isinstance(order.error, ServerError)
    return LOOKING_ALL_THE_SAME if order.step == "looking" and said_no else STEPS[order.step]


def count_steps(steps: Mapping[str, int]) -> str:
    """How many are where, by their steps: 5 in the making · 1 failed."""
    counted = Counter[str]()
    for step, words in COUNTED.items():
        counted[words] += steps.get(step, 0)
    return " · ".join(f"{count:,} {words}" for words, count in counted.items() if count)


def describe_wait(
    order: Order, place: int | None, expected: float | None, now: float, trouble: Trouble | None = None
) -> str:
    """Why an order waits, for how long and what it waits behind; times in seconds since the epoch, waits in seconds."""
    parts = [LATE[order.problem]] if order.problem in LATE else []
    if order.step == "looking":
        parts.append(_describe_looking(order))
    elif trouble is not None:
        parts.append(f"{explain_halt(trouble.error)[0]} Nothing was charged.")
    elif order.not_before is not None and order.not_before > now and order.error is not None:
        parts.append(f"{explain(order.error).what} It goes on by itself in {duration(order.not_before - now)}.")
    if place is not None and place > 1:
        parts.append(f"Number {place} in the line.")
    if expected is not None and trouble is None:
        parts.append(f"Kling takes about {duration(expected)} for one like this.")
    return " ".join(parts)


def _describe_looking(order: Order) -> str:
    if isinstance(order.error, AccountBroken):
        explanation = explain(order.error)
        return f"{explanation.what} {explanation.next} {LOOKING_WHILE_BROKEN}"
    return LOOKING


def explain_gone(order: Order) -> Explanation:
    """Why a task that Kling took cannot be followed any more."""
    explanation = explain(order.error or Expired(410))
    if "practice" in explanation.detail:
        return Explanation(
            "The practice service was started anew and has forgotten this one.", "Make it again if you need it.",
            explanation.detail,
        )  # fmt: skip
    return Explanation("Kling no longer has it: it was deleted, or is too old.", "", explanation.detail)


def describe_cost(order: Order) -> str:
    """What an order took, as far as the balance shows it, and of a failed one whether it was given back."""
    if order.cost is None:
        return NOT_SHOWN if order.step == "failed" else ""
    credits = f"{order.cost.credits:,.4g} credits"
    if order.step == "failed" and order.cost.is_exact:
        return f"{credits} were taken and not given back" if order.cost.credits else "Its credits were given back"
    if not order.cost.is_exact:
        return f"About {credits}"
    return "Nothing was taken" if order.cost.credits == 0 else credits


NOT_SHOWN = "Others ran at the same time, so the balance does not show whether its credits were given back"


def describe_charge(charge: Charge | None) -> str:
    """The same in a word or two, for a table."""
    if charge is None or charge.cost is None:
        return ""
    if charge.has_failed and charge.cost.is_exact and not charge.cost.credits:
        return "given back"
    return f"{'' if charge.cost.is_exact else 'about '}{charge.cost.credits:,.4g}"
