"""The table of everybody. A click on a row chooses who is changed below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from pages.ui.people.entries import Entry, everybody
from pages.ui.session import Key, shared
from pages.ui.wording import people as wording

TABLE: Key[dict[str, Any]] = Key("people table", {"selection": {"rows": [], "columns": [], "cells": []}})
CHOSEN: Key[str | None] = Key("person chosen", None)
DRAWN: Key[Sequence[str]] = Key("people drawn", ())
"""The ids of the rows drawn."""
ROWS_SEEN = 10
ROW_HEIGHT = 36


def show_team() -> None:
    """What all have spent together."""
    standings = shared.orders().standings()
    team, month = standings.team, standings.month.name
    st.markdown(wording.describe_team(team, month))
    if team.is_near_the_end:
        st.warning(f"The team has used {wording.share(team)} of its budget for {month}.",
                   icon=":material/account_balance_wallet:")  # fmt: skip


def show() -> Entry | None:
    """Returns the one chosen."""
    entries = everybody()
    if not entries:
        st.info("Nobody has been here yet.")
        return None
    ids = [entry.id for entry in entries]
    chosen = CHOSEN.get()
    # Selection is by position, and people come and go: the position of the one chosen is written before it is drawn.
    TABLE.set({"selection": {"rows": [ids.index(chosen)] if chosen in ids else [], "columns": [], "cells": []}})
    DRAWN.set(ids)
    st.dataframe(
        frame(entries),
        key=TABLE.name,
        on_select=choose,
        selection_mode=["single-row", "single-cell"],
        hide_index=True,
        height=min(len(entries), ROWS_SEEN) * ROW_HEIGHT + 40,
        row_height=ROW_HEIGHT,
        column_config={
            "Last seen": st.column_config.DatetimeColumn(format="distance"),
            "This month": st.column_config.NumberColumn(format="localized", help="Credits, with what is under way"),
            "Budget": st.column_config.NumberColumn(format="localized", help="Credits a month; empty without an end"),
        },
    )
    if chosen not in ids:
        st.caption("Choose a row to change what somebody may do or spend.")
        return None
    return entries[ids.index(chosen)]


def choose() -> None:
    selection = TABLE.get()["selection"]
    picked = [row for row, _ in selection["cells"]] or list(selection["rows"])
    ids = DRAWN.get()
    CHOSEN.set(ids[picked[0]] if picked and picked[0] < len(ids) else None)


def role_of(entry: Entry) -> str:
    if "@" not in entry.id:
        return ""
    return "Blocked" if entry.is_blocked else wording.ROLES[entry.role]


def frame(entries: Sequence[Entry]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": [entry.name for entry in entries],
            "Address": [entry.id if "@" in entry.id else "" for entry in entries],
            "Role": [role_of(entry) for entry in entries],
            "This month": [entry.standing.used for entry in entries],
            "Budget": [entry.standing.limit for entry in entries],
            "Waiting": [str(entry.waiting or "") for entry in entries],
            "Last seen": [pd.Timestamp(entry.seen_at, unit="s", tz="UTC") if entry.seen_at else None
                          for entry in entries],
        }
    ).astype({"Budget": "Float64"})  # fmt: skip
