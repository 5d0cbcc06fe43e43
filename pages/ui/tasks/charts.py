"""Two small charts: tasks a day, and how long they took. Drawn only while they are open."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kling.feed import TaskSummary
from pages.ui import wording
from pages.ui.fragments import fragment
from pages.ui.tasks import board_state


@fragment(key="charts")
def show() -> None:
    """Of the tasks that fit the filters."""
    folder = st.expander("Charts", icon=":material/bar_chart:", key="charts", on_change="rerun")
    if not folder.open:
        return
    context = board_state.context()
    summaries, timezone = context.shown, context.lookups.timezone
    with folder:
        if not summaries:
            st.caption("Nothing to draw yet.")
            return
        left, right = st.columns(2)
        left.markdown("**Tasks a day**")
        left.bar_chart(a_day(summaries, timezone), height=220, y_label="Tasks", alt="Tasks a day")
        right.markdown("**Minutes from order to result**")
        right.scatter_chart(
            durations(summaries, timezone),
            x="Started", y="Minutes", color="Kind", height=220, alt="How long tasks took",
        )  # fmt: skip


def a_day(summaries: tuple[TaskSummary, ...], timezone: str) -> pd.DataFrame:
    """Days down, states across."""
    found = pd.DataFrame(
        [(summary.created, wording.state_of(summary).label) for summary in summaries if summary.created],
        columns=["at", "state"],
    )
    day = pd.to_datetime(found["at"], unit="ms", utc=True).dt.tz_convert(timezone).dt.strftime("%Y-%m-%d")
    return pd.crosstab(day.rename("Day"), found["state"].rename("State"))


def durations(summaries: tuple[TaskSummary, ...], timezone: str) -> pd.DataFrame:
    """Of those that are ready."""
    done = [(b.created, b.took / 60, wording.kind_of(b)) for b in summaries if b.took and b.state == "succeed"]
    found = pd.DataFrame(done, columns=["Started", "Minutes", "Kind"])
    times = pd.to_datetime(found["Started"], unit="ms", utc=True)
    return found.assign(Started=times.dt.tz_convert(timezone).dt.tz_localize(None))
