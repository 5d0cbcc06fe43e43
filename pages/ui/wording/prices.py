"""What an order will take, what that leaves, and how long it will be: said beside the button, before it is pressed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kling.orders import Expectation
from pages.ui.wording.formats import duration

UNKNOWN = "What it takes is not known yet: the first one will tell"
UNKNOWN_OF_MANY = "What they take is not known yet: the first one will tell"
NOTHING = "Adding a motion this way takes no credits."


@dataclass(frozen=True)
class MonthlyUse:
    """What a person took of what they may take in a month, in credits; `limit` is None where there is none."""

    used: float
    limit: float | None = None


def credits(amount: float) -> str:
    """An amount of credits as one says it."""
    shown = f"{amount:,.1f}".removesuffix(".0")
    return f"{shown} credit" if shown == "1" else f"{shown} credits"


def number(amount: float) -> str:
    return credits(amount).rpartition(" ")[0]


def total(expected: Sequence[Expectation]) -> float | None:
    """What all of them take together, as far as it is known; None where nothing is."""
    known = [each.price.credits for each in expected if each.price is not None]
    return sum(known) if known else None


def describe(expected: Sequence[Expectation], balance: float | None, month: MonthlyUse | None = None) -> str:
    """What they take of what is left, the rest of it where they are several, their time, and the person's month."""
    if not expected:
        return ""
    parts = [_price(expected, balance), _time(expected), _month(month)]
    return " ".join(part for part in parts if part)


def _price(expected: Sequence[Expectation], balance: float | None) -> str:
    taken, unknown = total(expected), sum(each.price is None for each in expected)
    if taken is None:
        left = "" if balance is None else f" {credits(balance)} are left."
        return f"{UNKNOWN if len(expected) == 1 else UNKNOWN_OF_MANY}.{left}"
    if taken == 0 and not unknown:
        return "So far this took no credits."
    of = "" if balance is None else f" of {number(balance)}"
    leaves = f", which leaves {number(balance - taken)}" if balance is not None and len(expected) > 1 else ""
    if unknown:
        rest = "the other one takes" if unknown == 1 else f"the other {unknown} take"
        known = len(expected) - unknown
        return f"About {credits(taken)}{of} for {known} of them. What {rest} is not known yet: the first one will tell."
    return f"About {credits(taken)}{of}{leaves if taken <= (balance or 0) else ''}."


def _time(expected: Sequence[Expectation]) -> str:
    if any(each.seconds is None for each in expected):
        return ""
    seconds = Counter(_minutes(each.seconds or 0.0) for each in expected)
    longest = max(each.seconds or 0.0 for each in expected)
    each = " each" if len(expected) > 1 else ""
    return f"Kling takes {'up to ' if len(seconds) > 1 else 'about '}{_minutes(longest)}{each}."


def _minutes(seconds: float) -> str:
    """Seconds matter below two minutes only."""
    return duration(seconds if seconds < 120 else round(seconds / 60) * 60)


def _month(month: MonthlyUse | None) -> str:
    if month is None:
        return ""
    return f"Your month: {number(month.used)}{'' if month.limit is None else f' of {number(month.limit)}'}."


def shortage(expected: Sequence[Expectation], balance: float | None) -> str:
    """That the balance does not suffice, and what happens then; empty where it does, or nobody knows."""
    taken = total(expected)
    if balance is None or taken is None or taken <= balance:
        return ""
    if len(expected) == 1:
        return (
            f"About {credits(taken)} are needed and {credits(balance)} are left. Kling refuses it then, and nothing is "
            "charged. Top up at Kling first."
        )
    return (
        f"About {credits(taken)} are needed for all of them and {credits(balance)} are left. Kling refuses those that "
        "are not covered, and they are not charged. Send fewer, or top up at Kling first."
    )
