"""Who waits for an admin: orders for which there is no room in a budget."""

from __future__ import annotations

import streamlit as st

from kling.orders import Order
from pages.ui import allowed, panels, session
from pages.ui.fragments import fragment
from pages.ui.session import people, shared
from pages.ui.session.identity import note
from pages.ui.wording import people as wording


@fragment()
def show() -> None:
    """A line for each person, with the way to let theirs pass."""
    held: dict[str, list[Order]] = {}
    for order in shared.orders().held():
        held.setdefault(order.person, []).append(order)
    names, standings = people.names(), shared.orders().standings()
    for who, orders in held.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"waits {who}"):
            prices = [order.price for order in orders]
            st.markdown(wording.describe_waiting(who, names, standings, prices), width="stretch")
            st.button("Let it pass" if len(orders) == 1 else f"Let {len(orders)} pass", type="primary",
                      icon=":material/check:", key=f"let pass {who}",
                      on_click=let_pass, args=(who, tuple(order.id for order in orders)))  # fmt: skip
    panels.tick(2.0 if held else 10.0, "waiting")


def let_pass(who: str, order_ids: tuple[str, ...]) -> None:
    with allowed.toasting_errors():
        passed = shared.orders().let_pass(order_ids, by=session.person())
        if passed:
            note("let pass", f"{who}: {'1 order' if len(passed) == 1 else f'{len(passed)} orders'}, {passed[0]}")
            st.toast("They go on." if len(passed) > 1 else "It goes on.", icon=":material/check:")
