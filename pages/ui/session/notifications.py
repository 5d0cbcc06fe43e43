"""What this session has notified its person of."""

from __future__ import annotations

import streamlit as st

from kling.orders import Order


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
