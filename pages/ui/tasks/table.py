"""The table of tasks: a row each, the chosen ones marked by their ids wherever they move."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from kling.feed import TaskSummary
from pages.ui import session, wording
from pages.ui.session import Key
from pages.ui.tasks import board_state
from pages.ui.tasks.board_state import BoardContext
from pages.ui.tasks.query import Known

SELECTION: Key[dict[str, Any]] = Key("tasks table", {"selection": {"rows": [], "columns": [], "cells": []}})
DRAWN: Key[tuple[Sequence[int | None], Sequence[int]]] = Key("tasks drawn", ([], []))
"""The ids of the rows drawn, and the positions of those marked."""
ROW_HEIGHT = 56
ROWS_SEEN = 8
TIME = pa.timestamp("ms", tz="UTC")
SCHEMA = pa.schema(
    [
        ("cover", pa.string()),
        ("what", pa.string()),
        ("state", pa.string()),
        ("progress", pa.float32()),
        ("ready", TIME),
        ("started", TIME),
        ("took", pa.string()),
        ("account", pa.string()),
        ("id", pa.string()),
    ]
)


@dataclass(frozen=True)
class Setting:
    """What beside the tasks goes into the rows."""

    known: Known
    account: str
    media_root: str
    """Where media are for this viewer; rows are shared by those who have it in common."""


@functools.lru_cache(maxsize=32)
def rows(summaries: tuple[TaskSummary, ...], links: tuple[str | None, ...], setting: Setting) -> pa.Table:
    """One row a task. Ids are text, because a table's numbers lose digits in the browser."""
    names = dict(setting.known.names)
    lines = [_row(summary, names, setting.account) for summary in summaries]
    columns = list(zip(*lines, strict=True)) if lines else [()] * (len(SCHEMA) - 1)
    return pa.table([links, *columns], schema=SCHEMA)


def _row(summary: TaskSummary, names: dict[str, str], account: str) -> tuple[object, ...]:
    state = wording.state_of(summary)
    return (
        wording.describe(summary, names),
        f"{state.icon} {state.label}",
        summary.share,
        _moment(summary.finishes_at),
        _moment(summary.created and summary.created / 1000),
        wording.took(summary),
        account,
        str(summary.id or ""),
    )


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def setting_of(context: BoardContext) -> Setting:
    return Setting(context.known, context.account, session.media_root())


def links_of(summaries: tuple[TaskSummary, ...], setting: Setting) -> tuple[str | None, ...]:
    """Their pictures, as this person's browser can open them."""
    links = tuple(summary.cover_url for summary in summaries)
    return tuple(map(session.address, links)) if setting.media_root else links


def show(summaries: tuple[TaskSummary, ...], setting: Setting, several: bool) -> None:
    """Draw the table; a click anywhere on a row chooses its task."""
    ids = [summary.id for summary in summaries]
    marked = [ids.index(chosen) for chosen in session.chosen_tasks() if chosen in ids]
    # Selection is by position: the chosen tasks' new positions are written before the rows are drawn.
    SELECTION.set({"selection": {"rows": marked, "columns": [], "cells": []}})
    DRAWN.set((ids, marked))
    st.dataframe(
        rows(summaries, links_of(summaries, setting), setting),
        key=SELECTION.name,
        on_select=_choose,
        selection_mode="multi-row" if several else ["single-row", "single-cell"],
        hide_index=True,
        row_height=ROW_HEIGHT,
        height=min(len(summaries), ROWS_SEEN) * ROW_HEIGHT + 40,
        column_config=columns(st.context.timezone),
        placeholder="",
        alt="Tasks",
    )


def _choose() -> None:
    """A click on a row. Also called after our own writing of the selection, which is no choice."""
    selection = SELECTION.get()["selection"]
    ids, marked = DRAWN.get()
    picked = [row for row, _ in selection["cells"]] or list(selection["rows"])
    if picked == marked:
        return
    elsewhere = [task_id for task_id in session.chosen_tasks() if task_id not in ids]
    here = [ids[row] for row in picked if row < len(ids) and ids[row] is not None]
    session.choose_tasks(tuple(elsewhere + here if board_state.chooses_several() else here[:1]))
    board_state.redraw("board", "chosen")


@functools.cache
def columns(timezone: str | None) -> dict[str, Any]:
    column = st.column_config
    return {
        "cover": column.ImageColumn("", width=60),
        "what": column.TextColumn("What", width="medium"),
        "state": column.TextColumn("State", width=130),
        "progress": column.ProgressColumn("Progress", min_value=0.0, max_value=1.0, format="percent", width=110),
        "ready": column.DatetimeColumn("Expected", format="distance", timezone=timezone, width=110),
        "started": column.DatetimeColumn("Started", format="D MMM, HH:mm", timezone=timezone, width=110),
        "took": column.TextColumn("Took", width=90),
        "account": column.TextColumn("Account"),
        "id": column.TextColumn("Task"),
    }
