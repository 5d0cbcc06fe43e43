"""What to expect of an order, by the recent ones of its account."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from kling.orders.records import Order


def usual_seconds(recent: Sequence[Order], kind: str) -> float | None:
    """How long Kling takes for an order of this kind; None when there are none to tell by."""
    took = [
        order.ended_at - order.accepted_at
        for order in recent
        if order.kind == kind and order.accepted_at and order.ended_at
    ]
    return statistics.median(took) if took else None


def known_price(recent: Sequence[Order], mode: str, duration: str) -> float | None:
    """The most credits a video with these settings took, None when no balance has shown it.

    What several together took, divided among them, counts only where no single one is known.
    """
    alike = [
        order.cost
        for order in recent
        if order.cost and order.kind in ("video", "reference") and _settings(order.body) == (mode, duration)
    ]
    exact = [cost.credits for cost in alike if cost.is_exact]
    return max(exact) if exact else statistics.median(cost.credits for cost in alike) if alike else None


def _settings(body: Mapping[str, Any]) -> tuple[str, str]:
    return str(body.get("mode") or "std"), str(body.get("duration") or "5")
