"""The line beside a button that costs: what it takes of what is left, how long it will be, and the person's month.

`show([request])` for one, `show(requests)` for many; the sentences alone by `line`, for a row with little room.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kling import ReferenceMotionRequest
from kling.models.lenient import without_signature
from kling.orders import Expectation
from kling.orders.records import Request
from pages.ui import panels, session
from pages.ui.fragments import fragment
from pages.ui.session import shared
from pages.ui.wording import prices
from pages.ui.wording.prices import MonthlyUse

IDLE_SECONDS = 60.0


@fragment()
def show(requests: Sequence[Request], key: str = "price") -> None:
    """Draws the line; by itself again when the balance has come. `key` tells apart two of a page."""
    balance = session.latest("balance")
    left = balance.value.credits if balance.value else None
    expected = expect(requests)
    if sentence := prices.shortage(expected, left):
        st.warning(sentence, icon=":material/account_balance_wallet:")
    if sentence := prices.describe(expected, left, own_month()):
        st.caption(f":material/toll: {sentence}")
    panels.tick(panels.refresh_interval([balance], IDLE_SECONDS), f"{key} tick")


def own_month() -> MonthlyUse | None:
    """What this person has used of their budget; None where there is none."""
    mine = shared.orders().standings().of(session.person())
    return None if mine.limit is None else MonthlyUse(mine.used, mine.limit)


def line(requests: Sequence[Request]) -> str:
    """The same without the balance and the month."""
    return prices.describe(expect(requests), None)


def expect(requests: Sequence[Request]) -> list[Expectation]:
    """What each of them will take of the account in use, in credits and in time."""
    lengths = _lengths() if any(isinstance(each, ReferenceMotionRequest) for each in requests) else {}
    account, orders = session.account() or "", shared.orders()
    return [orders.expect(account, each, lengths.get(_motion(each))) for each in requests]


def _lengths() -> dict[str, float | None]:
    """How long each motion of the library is, in ms, by its source."""
    return {motion.source: motion.duration for motion in panels.library()[0]}


def _motion(request: Request) -> str:
    return without_signature(request.motion_url) if isinstance(request, ReferenceMotionRequest) else ""
