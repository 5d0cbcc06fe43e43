"""What the table shows, as a file for a spreadsheet."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from kling.feed import TaskSummary
from kling.orders.charges import NONE, Charges
from pages.ui import wording
from pages.ui.session import shared
from pages.ui.session.identity import noted_download
from pages.ui.spreadsheets import EXCEL, as_csv, as_excel, local_times
from pages.ui.tasks import board_state
from pages.ui.tasks.board_state import Drawn
from pages.ui.tasks.query import Lookups
from pages.ui.wording.people import called


def show() -> None:
    """Two buttons; the file is made on the click, of what the table shows by then."""
    drawn, about = board_state.drawn(), "the table of tasks"
    st.download_button(
        "CSV", noted_download(about, lambda: as_csv(frame_of(drawn))), "tasks.csv", "text/csv",
        icon=":material/table:", type="tertiary", on_click="ignore", help="All that is shown, on every page, as CSV",
    )  # fmt: skip
    st.download_button(
        "Excel", noted_download(about, lambda: as_excel({"Tasks": frame_of(drawn)})), "tasks.xlsx", EXCEL,
        icon=":material/table:", type="tertiary", on_click="ignore", help="All that is shown, on every page, as Excel",
    )  # fmt: skip


def frame_of(drawn: Drawn) -> pd.DataFrame:
    """Asks nothing of the session: a click on a download is answered outside of it."""
    if drawn.context is None:
        return frame((), Lookups(), NONE)
    return frame(drawn.context.shown, drawn.context.lookups, drawn.context.charges, shared.settings().public_url)


def frame(
    summaries: tuple[TaskSummary, ...], lookups: Lookups, charges: Charges, public_url: str | None = None
) -> pd.DataFrame:
    """One row a task; times where the viewer is, numbers of tasks as text so that no digit is lost.

    A result's link is that of this dashboard where it has an address; Kling's own ones end after some days.
    """
    names, persons, zone = lookups.names, dict(lookups.people), lookups.timezone
    charged = [charges.of_task.get(summary.id or 0) for summary in summaries]
    return pd.DataFrame(
        {
            "Task": [str(summary.id or "") for summary in summaries],
            "Kind": [wording.kind_of(summary) for summary in summaries],
            "Name": [wording.title_of(summary, names) for summary in summaries],
            "Person": [called(lookups.maker_of(summary), persons) for summary in summaries],
            "Motion": [names.get(summary.motion_source, "") for summary in summaries],
            "Description": [summary.prompt for summary in summaries],
            "State": [wording.state_of(summary).label for summary in summaries],
            "Reason of failure": [_reason(summary) for summary in summaries],
            f"Started ({zone})": _times([summary.created for summary in summaries], zone),
            f"Last change ({zone})": _times([summary.updated for summary in summaries], zone),
            "Took (s)": [summary.took for summary in summaries],
            "Credits": [charge.cost.credits if charge and charge.cost else None for charge in charged],
            "About": ["about" if charge and charge.cost and not charge.cost.is_exact else "" for charge in charged],
            "Result": [_link(summary, public_url) for summary in summaries],
        }
    )


def _reason(summary: TaskSummary) -> str:
    return wording.explain_failure(summary.task()) if summary.state == "failed" else ""


def _link(summary: TaskSummary, public_url: str | None) -> str:
    if not summary.has_video:
        return ""
    return f"{public_url}/tasks?task={summary.id}" if public_url else summary.task().video_url or ""


def _times(moments: list[int | None], timezone: str) -> pd.Series:
    return local_times(pd.Series(pd.array(moments, dtype="Int64")), "ms", timezone)
