"""What this person has handed over and Kling has not taken yet, or what waits for a decision: after a reload too."""

from __future__ import annotations

import time

import streamlit as st

from kling.orders import Order
from pages.ui import panels, session, wording
from pages.ui.fragments import fragment
from pages.ui.orders import status
from pages.ui.session import shared

RECENT_SECONDS = 3600.0
SHOWN = 5


@fragment()
def show(but_for: str) -> None:
    """Above a form: the person's other orders. Batches are one line each."""
    orders = [order for order in mine() if order.id != but_for]
    open_ones = [order for order in orders if not order.batch and (not order.is_over or order.step == "unknown")]
    for order in open_ones[-SHOWN:]:
        show_one(order)
    if len(open_ones) > SHOWN:
        st.caption(f"and {len(open_ones) - SHOWN} more")
    show_batches()
    panels.tick(1.0 if open_ones else 10.0, f"my orders {bool(but_for)}")


def show_one(order: Order, leads_to_tasks: bool = True) -> None:
    with st.container(border=True, key=f"mine {order.id}"):
        st.markdown(f"**{wording.plain(order.title)}**")
        if order.step == "unknown":
            status.show_outcome(order, leads_to_tasks)
        else:
            status.show(order)


def show_questions() -> None:
    """On Tasks, where a person looks for a video: the orders of which only they can say what became of them."""
    for order in [order for order in mine() if order.step == "unknown"][-SHOWN:]:
        show_one(order, leads_to_tasks=False)


def mine() -> list[Order]:
    """This person's orders that are not ended or wait for a decision, or ended within the last hour."""
    this_minute = time.time() // 60 * 60
    return shared.orders().of_person(session.person(), this_minute - RECENT_SECONDS)


def show_batches() -> None:
    this_minute = time.time() // 60 * 60
    batches = shared.orders().batches_of(session.person(), this_minute - RECENT_SECONDS)
    for batch, known in list(batches.items())[-SHOWN:]:
        st.page_link(
            "create.py",
            label=f"Several at once: {known.ended:,} of {known.total:,} finished",
            icon=":material/grid_view:",
            query_params={"batch": batch},
        )
