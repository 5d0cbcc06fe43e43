"""The table of tasks: a row each, the chosen one marked by its id wherever it moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from kling import Task
from pages.ui import session, wording

KEY = "tasks table"
DRAWN = "tasks drawn"
ROW_HEIGHT = 56


def interval(tasks: list[Task], refresh_seconds: float) -> float:
    """Seconds between two looks: often while something is unfinished, rarely when all is final."""
    return refresh_seconds * (1 if any(not task.is_final for task in tasks) else 10)


def rows(tasks: list[Task], finishes_at: Callable[[Task], float | None], now: float) -> pd.DataFrame:
    """One row a task; ids as text, because a data frame's numbers lose digits in the browser."""
    names, account = session.motion_names(), session.account_name()
    return pd.DataFrame(
        [_row(task, names, account, finishes_at(task), now) for task in tasks],
        columns=["cover", "what", "state", "progress", "left", "started", "took", "account", "id"],
    )


def _row(task: Task, names: dict[int, str], account: str, finishes_at: float | None, now: float) -> tuple[object, ...]:
    state = wording.state_of(task)
    share, left = wording.progress(task, finishes_at, now)
    return (
        session.address(task.cover_url or task.motion_cover_url or task.picture_url),
        wording.describe(task, names),
        f"{state.icon} {state.label}",
        None if task.is_final else share,
        left.removesuffix(" left.").removesuffix("."),
        pd.Timestamp(task.created, unit="ms", tz="UTC") if task.created else pd.NaT,
        wording.took(task),
        account,
        str(task.id or ""),
    )


def show(tasks: list[Task], finishes_at: Callable[[Task], float | None], now: float) -> None:
    """Draw the table; a click on a row chooses its task."""
    ids = [task.id for task in tasks]
    chosen = session.chosen_task()
    marked = [ids.index(chosen)] if chosen in ids else []
    # Selection is by position: the chosen task's new position is written before the rows are drawn.
    session.put(KEY, {"selection": {"rows": marked, "columns": []}})
    session.put(DRAWN, (ids, marked))
    st.dataframe(
        rows(tasks, finishes_at, now),
        key=KEY,
        on_select=_choose,
        selection_mode="single-row",
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(len(tasks), 8) * ROW_HEIGHT + 40,
        column_config=columns(),
    )


def _choose() -> None:
    """A click on a row. Also called after our own writing of the selection, which is no choice."""
    picked = session.get(KEY)["selection"]["rows"]
    ids, marked = session.get(DRAWN, ([], []))
    if picked != marked:
        session.choose_task(ids[picked[0]] if picked and picked[0] < len(ids) else None)


def columns() -> dict[str, Any]:
    column = st.column_config
    return {
        "cover": column.ImageColumn("", width=60),
        "what": column.TextColumn("What", width="medium"),
        "state": column.TextColumn("State", width=130),
        "progress": column.ProgressColumn("Progress", min_value=0.0, max_value=1.0, format="percent", width=110),
        "left": column.TextColumn("Still takes", width=110),
        "started": column.DatetimeColumn("Started", format="D MMM, HH:mm", timezone=st.context.timezone, width=110),
        "took": column.TextColumn("Took", width=90),
        "account": column.TextColumn("Account"),
        "id": column.TextColumn("Task"),
    }
