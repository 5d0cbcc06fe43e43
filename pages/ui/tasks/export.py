"""What the table shows, as a file for a spreadsheet."""

from __future__ import annotations

import io

import pandas as pd
import streamlit as st

from kling.feed import TaskSummary
from pages.ui import wording
from pages.ui.tasks import board_state
from pages.ui.tasks.board_state import Drawn
from pages.ui.tasks.query import Known

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show() -> None:
    """Two buttons; the file is made on the click, of what the table shows by then."""
    drawn = board_state.drawn()
    st.download_button(
        "CSV", lambda: as_csv(frame_of(drawn)), "tasks.csv", "text/csv",
        icon=":material/table:", type="tertiary", on_click="ignore", help="All that is shown, on every page, as CSV",
    )  # fmt: skip
    st.download_button(
        "Excel", lambda: as_excel(frame_of(drawn)), "tasks.xlsx", EXCEL,
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
    times = pd.Series(pd.to_datetime(pd.array(moments, dtype="Int64"), unit="ms", utc=True))
    return times.dt.tz_convert(timezone).dt.tz_localize(None).dt.floor("s")


def as_csv(table: pd.DataFrame) -> bytes:
    """With a mark at its start by which Excel knows that it is UTF-8."""
    return table.map(_harmless).to_csv(index=False).encode("utf-8-sig")


def as_excel(table: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as writer:
        table.to_excel(writer, sheet_name="Tasks", index=False)
        writer.sheets["Tasks"].autofit()
    return file.getvalue()


def _harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula, marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
