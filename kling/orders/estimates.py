"""What to expect of an order, by what the account's own finished orders took.

Kling names no price before it takes an order, and publishes none for motion control in the credits of a subscription:
what resellers ask is in money, and their own. So the balance is all there is to go by.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from kling.models import MotionCreateRequest, MotionUploadRequest
from kling.orders.records import Request

DEFAULT_MODEL, DEFAULT_MODE, DEFAULT_SECONDS = "kling-v3-0", "std", 5


class PricedBy(NamedTuple):
    """What the price of an order depends on, but for its length."""

    kind: str
    model: str
    mode: str


@dataclass(frozen=True)
class Finished:
    """What is known of an order that Kling finished. `length` of the video and `took` in seconds."""

    settings: PricedBy
    length: int | None = None
    credits: float | None = None
    is_exact: bool = False
    took: float | None = None


@dataclass(frozen=True)
class Price:
    """Credits that an order will take, about; `count` finished orders tell so."""

    credits: float
    count: int


@dataclass(frozen=True)
class Expectation:
    """What to expect of one order; None where nothing finished so far tells it. `seconds` until it is done."""

    price: Price | None
    seconds: float | None


def kind_of(request: Request) -> str:
    """`Order.kind` of a request."""
    if isinstance(request, MotionUploadRequest):
        return "motion"
    return "video" if isinstance(request, MotionCreateRequest) else "reference"


def settings_of(kind: str, body: Mapping[str, Any]) -> PricedBy:
    """By the body of a request as it goes over the wire."""
    if kind == "motion":
        return PricedBy(kind, "", "")
    model = str(body.get("model_name") or DEFAULT_MODEL) if kind == "reference" else ""
    return PricedBy(kind, model, str(body.get("mode") or DEFAULT_MODE))


def length_of(kind: str, body: Mapping[str, Any], made_ms: float | None = None) -> int | None:
    """Whole seconds that are paid for: those ordered, else those of what was made, or of the motion (ms)."""
    if kind == "video":
        return int(body.get("duration") or DEFAULT_SECONDS)
    return max(1, round(made_ms / 1000)) if made_ms else None


def finished_from_row(row: Mapping[str, Any]) -> Finished:
    """An order as it stands in the database."""
    body = json.loads(row["body"])
    took = row["ended_at"] - row["accepted_at"] if row["ended_at"] and row["accepted_at"] else None
    length = length_of(row["kind"], body, _made_ms(row["task"]) if row["kind"] == "reference" else None)
    return Finished(settings_of(row["kind"], body), length, row["cost"], bool(row["cost_is_exact"]), took)


def _made_ms(task: str | None) -> float | None:
    try:
        duration = json.loads(task or "")["works"][0]["resource"]["duration"]
    except (ValueError, LookupError, TypeError):
        return None
    return float(duration) if isinstance(duration, int | float) else None


def expected_price(recent: Sequence[Finished], request: Request, motion_ms: float | None = None) -> Price | None:
    """What an order of this account will take; None where no balance has shown it for one with such settings yet.

    Those of the same length count first. Where there are none, videos from references go by their price a second; where
    nobody knows how long this one will be, by the dearest. What several together took, divided among them, counts only
    where no single one is known.
    """
    kind, body = kind_of(request), request.to_wire()
    wanted, length = settings_of(kind, body), length_of(kind, body, motion_ms)
    alike = [each for each in recent if each.settings == wanted and each.credits is not None]
    if kind == "reference" and length is None:
        found = _exact(alike)
        return Price(max(_credits(found)), len(found)) if found else None
    if same := _exact(each for each in alike if each.length == length):
        return Price(statistics.median(_credits(same)), len(same))
    timed = _exact(each for each in alike if each.length)
    if kind != "reference" or not timed or length is None:
        return None
    rates = [(each.credits or 0.0) / (each.length or 1) for each in timed]
    return Price(statistics.median(rates) * length, len(timed))


def _exact(found: Iterable[Finished]) -> list[Finished]:
    """Those whose cost the balance showed alone, if there are any; else all."""
    known = list(found)
    return [each for each in known if each.is_exact] or known


def _credits(found: Iterable[Finished]) -> list[float]:
    return [each.credits or 0.0 for each in found]


def expected_seconds(
    recent: Sequence[Finished], kind: str, body: Mapping[str, Any], motion_ms: float | None = None
) -> float | None:
    """How long Kling takes: by those of the same settings and length, else of the same kind; None without any."""
    wanted, length = settings_of(kind, body), length_of(kind, body, motion_ms)
    timed = [each for each in recent if each.settings.kind == kind and each.took is not None]
    alike = [each for each in timed if each.settings == wanted]
    same = [each for each in alike if each.length == length]
    took = [each.took or 0.0 for each in same or alike or timed]
    return statistics.median(took) if took else None
