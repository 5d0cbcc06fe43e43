"""A word on any page when something of this person is finished: a toast, the title of the tab, the browser's notice."""

from __future__ import annotations

import time

import streamlit as st

from kling.orders import Order
from pages.ui import panels, session, wording
from pages.ui.components import component
from pages.ui.session import Key, shared

BUSY_SECONDS, IDLE_SECONDS = 3.0, 20.0
AT_ONCE = 3
DRAWN = Key("browser notices drawn", False)
HTML = '<button type="button" hidden>Tell me when it is finished</button>'


@st.fragment(key="notices")
def show(shows_tasks_itself: bool = False) -> None:
    """Stands in the sidebar; `shows_tasks_itself`: the page has toasts of its own for tasks."""
    since = session.notifies_since(time.time())
    orders = shared.orders().of_person(session.person(), since)
    ended = session.not_notified([order for order in orders if order.is_ended and order.step != "cancelled"])
    for order in ended[:AT_ONCE]:
        if not (shows_tasks_itself and order.task is not None):
            st.toast(describe(order), icon=icon(order))
    if len(ended) > AT_ONCE:
        st.toast(f"{len(ended) - AT_ONCE} more are finished.")
    is_busy = any(not order.is_ended for order in orders)
    notifications = [{"id": order.id, "title": state(order), "text": order.title} for order in ended]
    # Nothing is drawn for those who await nothing; once drawn it stays, for it holds the title the tab had.
    if notifications or is_busy or DRAWN.get():
        DRAWN.set(True)
        component("orders.notices", __file__, HTML)(
            key="browser notices", data={"news": notifications, "wanted": is_busy}
        )
    panels.tick(BUSY_SECONDS if is_busy else IDLE_SECONDS, "notices tick")


def describe(order: Order) -> str:
    return f"**{state(order)}**: {wording.plain(order.title)}"


def state(order: Order) -> str:
    return wording.STEPS[order.step].rstrip(".…")


def icon(order: Order) -> str:
    return {"done": ":material/check_circle:", "unknown": ":material/help:"}.get(order.step, ":material/error:")
