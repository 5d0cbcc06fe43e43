"""What has finished and this session has not notified its person of yet: own orders, and on Tasks anybody's tasks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from kling.orders import Order
from pages.ui.session.accounts import feeds
from pages.ui.session.keys import Key

NOTIFIED: Key[frozenset[str]] = Key("notified", frozenset())
TASKS_VERSION: Key[int | None] = Key("tasks version notified of", None)


def notifies_since(now: float) -> float:
    """From when on this session notifies of what is finished: its own start, in seconds since the epoch."""
    since: float = st.session_state.setdefault("notifies since", now)
    return since


@contextmanager
def notifying(orders: list[Order]) -> Iterator[list[Order]]:
    """Those that this session has not notified its person of yet; it has once the body is through.

    A run may be cut off at each word it says, by the next page that is asked for: the next run says it then.
    """
    notified = NOTIFIED.get()
    new = [order for order in orders if order.id not in notified]
    yield new
    if new:
        NOTIFIED.set(notified | {order.id for order in new})


@contextmanager
def notifying_of_tasks() -> Iterator[tuple[int, ...]]:
    """The tasks of the shared list that finished since it was told last what had, in the same way; none at first."""
    tasks, since = feeds().tasks, TASKS_VERSION.get()
    version = tasks.known().version
    yield () if since is None else tasks.changes(since).finished
    TASKS_VERSION.set(version)
