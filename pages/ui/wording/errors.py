"""Errors in plain words: what happened, whether anything was charged, what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kling.errors import (
    AccountBroken,
    ApiError,
    Expired,
    Forbidden,
    InvalidInput,
    KlingError,
    NotAllowed,
    NotConfigured,
    NotFound,
    PaymentNeeded,
    RateLimited,
    Refused,
    ServerError,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from pages.ui.wording.formats import duration, plain
from pages.ui.wording.refusals import STAYS, explain_refusal


@dataclass(frozen=True)
class Explanation:
    """One sentence on what happened, one on what to do, and the reason for whoever runs the dashboard."""

    what: str
    next: str
    detail: str
    icon: str = ":material/error:"
    is_passing: bool = False


# Most particular first: the first class that fits explains the error.
_EXPLAINED: tuple[tuple[type[KlingError], str, str], ...] = (
    (
        Unauthorized,
        "Kling's service does not accept the token of this dashboard.",
        "Ask whoever runs the dashboard to correct the token.",
    ),
    (
        PaymentNeeded,
        "There are not enough credits, or the subscription has run out.",
        "Whoever pays for the Kling account must top it up.",
    ),
    (
        Forbidden,
        "Kling does not allow this with the account in use.",
        "Choose another account, or ask whoever runs the dashboard.",
    ),
    (
        NotFound,
        "Kling no longer has what this refers to: the file, the motion or the task.",
        "Choose the picture or the motion again.",
    ),
    (
        Expired,
        "Kling keeps a task for seven days, and this one is older.",
        "It cannot be brought back. Make another one if you need it.",
    ),
    (
        Refused,
        "Kling's check of contents refused the picture, the video or the words.",
        "Choose another picture or motion, or word the description differently.",
    ),
    (
        RateLimited,
        "All places at Kling are taken right now.",
        "Wait until a video is finished, then try again.",
    ),
    (
        AccountBroken,
        "The Kling account's connection is broken.",
        "Whoever runs the dashboard must add the account again at useapi.net.",
    ),
    (
        ServerError,
        "Kling's service has a fault or is too busy to answer.",
        "Wait a minute and try again.",
    ),
    (
        ApiError,
        "Kling's service said no, for a reason that this dashboard does not know.",
        f"Try again. {STAYS}",
    ),
    (
        UnexpectedAnswer,
        "Kling's service gave an answer that makes no sense.",
        "Wait a minute and try again. If it stays, tell whoever runs the dashboard.",
    ),
)
NO_ANSWER_YET = (
    "Kling has not answered yet. It is waited for, a minute at most, and then tried again by itself. Nothing is lost."
)
_PASSING = (RateLimited, ServerError, Unreachable, UnexpectedAnswer)


def describe_slow(seen_at: datetime) -> str:
    """How old what is on the screen is while the service is silent; by the person's own clock."""
    return f"What you see is from {seen_at:%H:%M:%S}. Kling is slow to answer, and is waited for. Nothing is lost."


def explain(error: KlingError) -> Explanation:
    """What to tell a person about `error`."""
    passing = isinstance(error, _PASSING)
    icon = ":material/hourglass_top:" if passing else ":material/error:"
    if isinstance(error, InvalidInput):
        return Explanation(plain(str(error)), "", "", ":material/edit:")
    if isinstance(error, NotAllowed):
        return Explanation(plain(str(error)), "", "", ":material/block:")
    if isinstance(error, NotConfigured):
        return Explanation(str(error), "", "", ":material/settings:")
    if isinstance(error, ApiError) and (known := explain_refusal(error)) is not None:
        what, todo = known
    elif isinstance(error, Unreachable):
        what, todo = _unreachable(error)
    elif isinstance(error, RateLimited) and error.retry_after:
        what, todo = (
            "All places at Kling are taken right now.",
            f"Try again in {duration(error.retry_after)}.",
        )
    else:
        what, todo = next((w, t) for kind, w, t in _EXPLAINED if isinstance(error, kind))
    return Explanation(what, todo, str(error), icon, passing)


def _unreachable(error: Unreachable) -> tuple[str, str]:
    if error.sent is False:
        return "Kling's service cannot be reached.", "Check the connection, then try again."
    return "Kling's service did not answer.", "Wait a minute and try again."


def explain_reading(error: KlingError) -> Explanation:
    """Why a list could not be brought up to date: nothing was ordered, so nothing of places or charges."""
    if isinstance(error, RateLimited):
        when = f" in {duration(error.retry_after)}" if error.retry_after else ""
        return Explanation(
            "Kling's service was asked too often within a short time.", f"It can be asked again{when}.",
            str(error), ":material/hourglass_top:", True,
        )  # fmt: skip
    return explain(error)


def explain_no_characters(error: KlingError) -> str:
    """Why the saved characters cannot be listed, and what to do then."""
    is_missing = isinstance(error, NotFound)
    why = "Kling's service has no list of saved characters." if is_missing else explain_reading(error).what
    return f"{why} So they cannot be shown here. Type the id of one, or leave it empty."
