"""The month in numbers, charts and tables."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from kling.orders.months import Month
from pages.ui.spending import frame
from pages.ui.wording import formats, prices
from pages.ui.wording import spending as words

BARS = 10
HEIGHT = 340
OTHERS = "All others"
A_DAY: dict[str, Any] = {
    "mark": "bar",
    "encoding": {
        "x": {"field": "Day", "type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}},
        "y": {"field": "Credits", "type": "quantitative"},
        "color": {
            "field": "Name",
            "type": "nominal",
            "sort": None,
            "title": None,
            "legend": {"orient": "bottom", "columns": 2, "labelLimit": 110, "columnPadding": 8, "offset": 0},
        },
        "tooltip": [
            {"field": "Day"},
            {"field": "Name"},
            {"field": "Credits", "type": "quantitative", "format": ",.0f"},
        ],
    },
}
"""For Vega-Lite. Written down, for to make the same takes `st.bar_chart` a third of this page's time, and its legend
leaves a phone."""


def show_numbers(seen: frame.Seen) -> None:
    numbers, caution = seen.once(numbers_of)
    row = st.container(horizontal=True, key="spending-numbers")
    for label, number in numbers:
        row.metric(label, number, width="content")
    if caution:
        st.caption(caution)


def numbers_of(table: pd.DataFrame) -> tuple[list[tuple[str, str]], str]:
    """What it came to, and what of that is not exact."""
    done, known = table[table["step"] == "done"], table["credits"].notna()
    numbers = [
        ("Credits", prices.number(table["credits"].sum())),
        ("Results", f"{len(done):,}"),
        ("Failed", f"{table['step'].isin(('failed', 'gone', 'refused')).sum():,}"),
        ("Usual wait", usual(done["waited"])),
        ("Usually made in", usual(done["made"])),
    ]
    about = known & ~table["is_exact"].astype(bool) & (table["credits"] > 0)
    cautions = [
        f"{about.sum():,} of {len(table):,} orders count with about what they took: others ran at the same time."
        if about.any()
        else "",
        "" if known.all() else unknown(table),
    ]
    return numbers, " ".join(filter(None, cautions))


def unknown(table: pd.DataFrame) -> str:
    count = int(table["credits"].isna().sum())
    return f"What {count:,} of them took is not known." if count > 1 else "What one of them took is not known."


def usual(minutes: pd.Series) -> str:
    return formats.duration(60 * minutes.median()) if minutes.notna().any() else "–"


def show_credits(seen: frame.Seen, month: Month, zone: str, sees_all: bool) -> None:
    by = "who" if sees_all else "made_by"
    st.subheader("Credits a day")
    if seen.table["credits"].sum() > 0:
        days = seen.once(few_a_day, month, zone, by)
        st.vega_lite_chart(days, A_DAY, width="stretch", height=HEIGHT, alt="Credits a day")
    else:
        st.caption("None were taken.")
    grid = st.grid(min_column_width=380, gap="medium")
    for name, title in (
        *([("who", "By person")] if sees_all else []),
        ("made_by", "By model"),
        ("motion", "By motion"),
    ):
        with grid.cell():
            st.subheader(title)
            show_sums(seen.once(frame.sums, name))


def few_a_day(table: pd.DataFrame, month: Month, zone: str, by: str) -> pd.DataFrame:
    """A row for each day of the month and name, the dearest name first and the others last."""
    grouped = few(table, by)
    names = sorted(frame.sums(grouped, by).index, key=OTHERS.__eq__)
    days = frame.a_day(grouped, month, zone, by)[names]
    return days.set_axis(range(1, len(days) + 1)).rename_axis("Day").reset_index().melt("Day", None, "Name", "Credits")


def few(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """The dearest by name and all the others as one: more colours than this nobody tells apart."""
    named = frame.sums(table, by).index[: BARS - 1]
    return table.assign(**{by: table[by].where(table[by].isin(named), OTHERS)})


def show_sums(found: pd.DataFrame) -> None:
    column = st.column_config
    most = float(found["Credits"].max() or 1.0)
    st.dataframe(
        found.reset_index(names="Name"),
        hide_index=True,
        height=min(len(found), BARS) * 35 + 38,
        column_config={
            "Name": column.TextColumn("", width=140),
            "Credits": column.ProgressColumn(width=96, min_value=0.0, max_value=most or 1.0, format="localized"),
            "Orders": column.NumberColumn(width=58, format="localized"),
            "Failed": column.NumberColumn(width=56, format="localized"),
        },
    )


def show_failures(seen: frame.Seen) -> None:
    st.subheader("What failed")
    found = seen.once(frame.failures)
    if found.empty:
        st.caption("Nothing failed.")
        return
    lines = [words.describe_failures(*row) for row in found.head(BARS).itertuples(index=False)]
    lines += [f"and {len(found) - BARS} more reasons, in the Excel file below"] if len(found) > BARS else []
    st.markdown("\n".join(f"- {line}" for line in lines))


def show_times(seen: frame.Seen) -> None:
    st.subheader("Minutes waited and made")
    found = seen.once(frame.times)
    if found.empty:
        st.caption("Nothing is ready yet.")
        return
    st.dataframe(found.reset_index(names=""), hide_index=True)
