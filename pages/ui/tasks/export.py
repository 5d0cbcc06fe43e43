"""What the table shows, as a file for a spreadsheet."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kling.feed import TaskSummary
from pages.ui import wording
from pages.ui.spreadsheets import EXCEL, as_csv, as_excel, local_times
from pages.ui.tasks import board_state
from pages.ui.tasks.board_state import Drawn
from pages.ui.tasks.query import Known


def show() -> None:
    """Two buttons; the file is made on the click, of what the table shows by then."""
    drawn = board_state.drawn()
    st.download_button(
        "CSV", lambda: as_csv(frame_of(drawn)), "tasks.csv", "text/csv",
        icon=":material/table:", type="tertiary", on_click="ignore", help="All that is shown, on every page, as CSV",
    )  # fmt: skip
    st.download_button(
        "Excel", lambda: as_excel({"Tasks": frame_of(drawn)}), "tasks.xlsx", EXCEL,
        icon=":material/table:", type="tertiary", on_click="ignore", help="All that is shown, on every page, as Excel",
    )  # fmt: skip


def frame_of(drawn: Drawn) -> pd.DataFrame:
    """Asks nothing of the session: a click on a download is answered outside of it."""
    return frame(drawn.context.shown, drawn.context.known) if drawn.context else frame((), Known())


def frame(summaries: tuple[TaskSummary, ...], known: Known) -> pd.DataFrame:
    """One row a task; times where the viewer is, numbers of tasks as text so that no digit is lost."""
    names = dict(known.names)
    return pd.DataFrame(
        {
            "Task": [str(summary.id or "") for summary in summaries],
            "Kind": [wording.kind_of(summary) for summary in summaries],
            "Motion": [names.get(summary.motion_source, "") for summary in summaries],
            "Description": [summary.prompt for summary in summaries],
            "State": [wording.state_of(summary).label for summary in summaries],
            "Started": _times([summary.created for summary in summaries], known.timezone),
            "Last change": _times([summary.updated for summary in summaries], known.timezone),
            "Took (s)": [summary.took for summary in summaries],
        }
    )


def _times(moments: list[int | None], timezone: str) -> pd.Series:
    return local_times(pd.Series(pd.array(moments, dtype="Int64")), "ms", timezone)
