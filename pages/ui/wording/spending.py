"""What was spent and what failed, in words."""

from __future__ import annotations

from kling.orders import Order
from kling.orders.estimates import settings_of
from pages.ui.wording.formats import plain
from pages.ui.wording.motions import MODELS, QUALITY
from pages.ui.wording.orders import explain_gone, explain_order
from pages.ui.wording.prices import number
from pages.ui.wording.tasks import explain_failure

STATES = {
    "done": "Ready",
    "failed": "Failed",
    "gone": "Gone from Kling",
    "refused": "Not accepted",
    "unknown": "Needs a look",
    "cancelled": "Cancelled",
}
UNDER_WAY = "Under way"


def state_of(step: str) -> str:
    """How an order ended, or that it has not."""
    return STATES.get(step, UNDER_WAY)


def model_of(kind: str, model: str, mode: str) -> str:
    """What made it: the version of Kling and the quality."""
    if kind == "motion":
        return "Motion from a clip"
    settings = settings_of(kind, {"model_name": model, "mode": mode})
    version = f"Kling {MODELS.get(settings.model, settings.model)}" if settings.model else "Template"
    return f"{version}, {QUALITY.get(settings.mode, settings.mode).lower()}"


def reason_of(order: Order) -> str:
    """Why an order came to nothing; empty where nobody can tell."""
    if order.step == "failed":
        return explain_failure(order.task) if order.task is not None else ""
    return explain_gone(order).what if order.step == "gone" else explain_order(order).what


def describe_failures(reason: str, times: int, credits: float) -> str:
    """How often something went wrong, and what it took all the same."""
    lost = f" · {number(credits)} credits not given back" if credits else ""
    return f"**{times:,} ×** {plain(reason)}{lost}"
