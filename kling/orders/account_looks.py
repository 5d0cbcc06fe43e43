"""Whether an account that is held works again: one cheap look, which costs nothing."""

from __future__ import annotations

from kling.errors import KlingError, PaymentNeeded
from kling.orders.context import Context
from kling.orders.holds import Hold
from kling.orders.queue import HALTING

NO_CREDITS = 412


def look_at_account(context: Context, hold: Hold) -> None:
    """Ask Kling for the account; where it answers, one order may try. What is wrong by now is told from now on."""
    try:
        client = context.client(hold.account)
        balance = client.get_account(client.account or "").credits
    except HALTING as error:
        context.holds.hold(hold.account, error)
        return
    except KlingError:
        return
    if _has_no_more(hold, balance):
        return
    context.holds.let_one_try(hold.account, balance)
    context.queue_moved.set()


def _has_no_more(hold: Hold, balance: float | None) -> bool:
    """Whether credits are what is missing, and none have come since the last look."""
    is_short = isinstance(hold.error, PaymentNeeded) and hold.error.status == NO_CREDITS
    return is_short and balance is not None and hold.balance is not None and balance <= hold.balance
