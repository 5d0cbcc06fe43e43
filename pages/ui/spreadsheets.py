"""Tables as files for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import pandas as pd

from kling.cells import harmless

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(table: pd.DataFrame) -> bytes:
    """With a mark at its start by which Excel knows that it is UTF-8, and no cell that is taken for a formula."""
    return table.map(harmless).to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC).encode("utf-8-sig")


def as_excel(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """One sheet a table, by name; text stays text."""
    file = io.BytesIO()
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as writer:
        for name, table in tables.items():
            table.to_excel(writer, sheet_name=name, index=False)
            writer.sheets[name].autofit()
    return file.getvalue()


def local_times(moments: pd.Series, unit: str, zone: str) -> pd.Series:
    """Moments since the epoch as times of a zone, to the second, without the zone: a spreadsheet knows none."""
    times = pd.to_datetime(moments, unit=unit, utc=True)  # type: ignore[call-overload]
    found: pd.Series = times.dt.tz_convert(zone).dt.tz_localize(None).dt.floor("s")
    return found
