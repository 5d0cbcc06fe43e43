"""The data of Spending's chart: credits by day and name, nothing lost, few enough names to tell apart."""

from __future__ import annotations

import calendar
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd

from kling.orders.months import Month, month_of
from pages.ui.spending.charts import BARS, OTHERS, few_a_day

ZONE = "Europe/Berlin"
NAMES = [f"person {number:02}" for number in range(BARS + 4)]


def month() -> Month:
    """November, which has 30 days."""
    return month_of(calendar.timegm((2026, 11, 22, 12, 0, 0)), ZoneInfo(ZONE))


def orders(names: list[str]) -> pd.DataFrame:
    """Two orders of each on two days, each name dearer than the one before it; and one of unknown cost."""
    rows = [
        {"id": f"{name} {day}", "step": "done", "day": date(2026, 11, day), "who": name, "credits": 10.0 * number + day}
        for number, name in enumerate(names, 1)
        for day in (3, 17)
    ]
    unknown = {"id": "unknown", "step": "done", "day": date(2026, 11, 5), "who": names[0], "credits": float("nan")}
    return pd.DataFrame([*rows, unknown])


def test_a_row_for_each_day_and_name_whose_sums_are_those_of_the_orders() -> None:
    table = orders(NAMES[:3])
    days = few_a_day(table, month(), ZONE, "who")
    assert list(days.columns) == ["Day", "Name", "Credits"]
    for name in NAMES[:3]:
        assert list(days.loc[days["Name"] == name, "Day"]) == list(range(1, 31))
    assert len(days) == 3 * 30
    assert days["Credits"].notna().all()
    assert days.groupby("Name")["Credits"].sum().to_dict() == table.groupby("who")["credits"].sum().to_dict()
    by_day = days.groupby("Day")["Credits"].sum()
    assert by_day[by_day > 0].to_dict() == {3: 69.0, 17: 111.0}


def test_the_dearest_are_named_and_all_others_are_one_and_last() -> None:
    table = orders(NAMES)
    days = few_a_day(table, month(), ZONE, "who")
    dearest = NAMES[:-BARS:-1]
    assert list(days["Name"].unique()) == [*dearest, OTHERS]
    assert days["Credits"].sum() == table["credits"].sum()
    others = table[~table["who"].isin(dearest)]
    assert days.loc[days["Name"] == OTHERS, "Credits"].sum() == others["credits"].sum()
    assert others["credits"].sum() > table.loc[table["who"] == NAMES[-1], "credits"].sum()


def test_where_nobody_is_left_over_nobody_is_called_others() -> None:
    assert OTHERS not in set(few_a_day(orders(NAMES[: BARS - 1]), month(), ZONE, "who")["Name"])
