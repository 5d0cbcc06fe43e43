"""Why a whole line stands still, who must do what, and that nothing is lost."""

from __future__ import annotations

from kling.errors import AccountBroken, KlingError, PaymentNeeded, Unauthorized
from kling.orders import Trouble
from pages.ui.wording.errors import Explanation, explain
from pages.ui.wording.formats import duration, plain

NO_CREDITS = 412


def explain_halt(error: KlingError) -> tuple[str, str]:
    """What happened to an account, and who must do what."""
    if isinstance(error, Unauthorized):
        return (
            "Kling's service does not accept the token of this dashboard.",
            "Whoever runs the dashboard must correct the token.",
        )
    if isinstance(error, AccountBroken):
        return (
            "The Kling account's connection is broken.",
            "Whoever runs the dashboard must add the account again at useapi.net.",
        )
    if isinstance(error, PaymentNeeded) and error.status == NO_CREDITS:
        return (
            "The Kling account has not enough credits for the next video.",
            "Whoever pays for it must top it up, or whoever ordered that video cancel it.",
        )
    if isinstance(error, PaymentNeeded):
        return (
            "The subscription of the Kling account has run out.",
            "Whoever pays for it must renew it.",
        )
    explanation = explain(error)
    return explanation.what, explanation.next


def explain_trouble(trouble: Trouble, now: float, account: str = "") -> Explanation:
    """Why nothing of an account goes on, and that it will; `now` in seconds since the epoch."""
    what, who = explain_halt(trouble.error)
    name = f" of {plain(account)}" if account else ""
    rest = (
        "Nothing in the line is lost, and nothing is charged while it waits: it goes on by itself as soon as the "
        f"account works. {_describe_look(trouble.until, now)}"
    )
    detail = explain(trouble.error).detail
    return Explanation(
        f"**The line{name} stands still.** {what}", f"{who} {rest}", detail, ":material/front_hand:", True
    )


def _describe_look(until: float | None, now: float) -> str:
    if until is None or until <= now + 1:
        return "It is being looked at now."
    return f"It is looked at again in {duration(until - now)}."
