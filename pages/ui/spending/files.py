"""The month as files for a spreadsheet."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.ui.session.identity import noted_download
from pages.ui.spending import frame
from pages.ui.spreadsheets import EXCEL, as_csv, as_excel


def show(table: pd.DataFrame, name: str, zone: str) -> None:
    """Made on the click."""
    row, about = st.container(horizontal=True), f"the table of spending, {name}"
    row.download_button(
        "CSV", noted_download(about, lambda: as_csv(frame.for_file(table, zone))), f"spending-{name}.csv", "text/csv",
        icon=":material/download:", on_click="ignore", help="A row an order",
    )  # fmt: skip
    row.download_button(
        "Excel", noted_download(about, lambda: as_excel(sheets(table, zone))), f"spending-{name}.xlsx", EXCEL,
        icon=":material/download:", on_click="ignore", help="A row an order, and the sums on sheets of their own",
    )  # fmt: skip


def sheets(table: pd.DataFrame, zone: str) -> dict[str, pd.DataFrame]:
    """By the name of the sheet."""
    by = {"Days": "day", "Persons": "who", "Models": "made_by", "Motions": "motion"}
    found = {"Orders": frame.for_file(table, zone)}
    for sheet, column in by.items():
        found[sheet] = frame.sums(table, column).sort_index().reset_index(names=sheet[:-1])
    return found | {"Failures": frame.failures(table), "Times": frame.times(table).reset_index(names="Model")}
