"""What has finished and this session has not notified its person of yet: own orders, and on Tasks anybody's tasks."""

from __future__ import annotations

import streamlit as st

from kling.orders import Order
from pages.ui.session.accounts import feeds
from pages.ui.session.keys import Key

TASKS_VERSION: Key[int | None] = Key("tasks version notified of", None)


def notifies_since(now: float) -> float:
    """From when on this session notifies of what is finished: its own start, in seconds since the epoch."""
    since: float = st.session_state.setdefault("notifies since", now)
    return since


def not_notified(orders: list[Order]) -> list[Order]:
    """Those that this session has not notified its person of yet; it has from now on."""
    notified: set[str] = st.session_state.setdefault("notified", set())
    new = [order for order in orders if order.id not in notified]
    notified.update(order.id for order in new)
    return new


def take_finished_tasks() -> tuple[int, ...]:
    """The tasks of the shared list that finished since this was last asked; none the first time."""
    tasks, since = feeds().tasks, TASKS_VERSION.get()
    finished = () if since is None else tasks.changes(since).finished
    TASKS_VERSION.set(tasks.known().version)
    return finished
