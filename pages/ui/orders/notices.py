"""The one place that says that something is finished: by a toast, the title of the tab, the browser's notice."""

from __future__ import annotations

import time

import streamlit as st

from kling.orders import Order
from pages import streamlit_internals
from pages.ui import panels, session, wording
from pages.ui.components import component
from pages.ui.fragments import fragment
from pages.ui.orders import line
from pages.ui.session import Key, shared
from pages.ui.session import notices as choices

BUSY_SECONDS, IDLE_SECONDS = 3.0, 20.0
NAMED = 3
DRAWN = Key("browser notices drawn", False)
HTML = '<button type="button" hidden>Tell me when it is finished</button>'


@fragment(key="notices")
def show(is_on_tasks: bool = False) -> None:
    """Stands in the sidebar; on Tasks the board tells of everybody's tasks, so of one's own this does not once more."""
    since = session.notifies_since(time.time())
    orders = shared.orders().of_person(session.person(), since)
    is_busy = any(not order.is_ended for order in orders)
    with session.notifying([order for order in orders if order.is_ended and order.step != "cancelled"]) as ended:
        for order in ended[:NAMED]:
            if not (is_on_tasks and order.task is not None):
                st.toast(describe(order), icon=icon(order))
        if len(ended) > NAMED:
            more = len(ended) - NAMED
            st.toast(f"{more} more {'is' if more == 1 else 'are'} finished.")
        show_in_browser(ended, is_busy)
    panels.tick(BUSY_SECONDS if is_busy else IDLE_SECONDS, "notices tick", on_tick)


def show_in_browser(ended: list[Order], is_busy: bool) -> None:
    """By the title of the tab and a notice. Nothing is drawn for those who await nothing; once drawn it stays."""
    notifications = [{"id": order.id, "title": label(order), "text": order.title} for order in ended]
    if (notifications or is_busy or DRAWN.get()) and choices.wants_browser(session.person()):
        DRAWN.set(True)
        component("orders.notices", __file__, HTML)(
            key="browser notices", data={"news": notifications, "wanted": is_busy}
        )


def on_tick() -> None:
    """What stops the line, or no longer does, is said above every page at the same time."""
    if line.has_changed():
        streamlit_internals.redraw(("notices", "line"))


def describe(order: Order) -> str:
    return f"**{label(order)}**: {wording.plain(order.title)}"


def label(order: Order) -> str:
    return wording.STEPS[order.step].rstrip(".…")


def icon(order: Order) -> str:
    return {"done": ":material/check_circle:", "unknown": ":material/help:"}.get(order.step, ":material/error:")
