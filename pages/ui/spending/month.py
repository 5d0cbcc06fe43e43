"""Which month is shown: it stands in the address, so a link shows a colleague the same."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from kling.orders.months import Month, months_between
from pages.ui.session import Key, shared

CHOSEN: Key[str | None] = Key("month", None)


def zone() -> str:
    """Where the team is."""
    return shared.settings().time_zone


def choose() -> Month:
    """One of the months since the first order, this one without a choice."""
    now = time.time()
    months = months_between(shared.orders().spending.first_at() or now, now, ZoneInfo(zone()))
    known = {month.key: month for month in months}
    chosen = st.selectbox("Month", list(known), format_func=lambda key: label(known[key]), key=CHOSEN.name,
                          bind="query-params", width=220)  # fmt: skip
    return known.get(chosen or "", months[0])


def label(month: Month) -> str:
    return f"{pd.Timestamp(month.year, month.number, 1):%B %Y}"
