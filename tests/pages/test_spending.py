"""Spending: a month's orders in sums, for admins everybody's, in files without formulas."""

from __future__ import annotations

import io
import json
import re
import time
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from kling.orders.months import Month, month_of
from pages.ui.session import people, shared
from pages.ui.spending import files, frame
from pages.ui.spreadsheets import as_csv, as_excel
from tests.orders import history
from tests.pages.app_test import Pages

PHONE = 358
"""Pixels that a page has on a phone 390 wide."""
PERSONS = ["anna@example.com", "ben@example.com", "0123456789abcdef"]


@pytest.fixture
def month(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> Month:
    """Sixty orders since the month began, in Berlin."""
    monkeypatch.setenv("KLING_TIME_ZONE", "Europe/Berlin")
    orders = shared.orders()
    orders.start()
    found = month_of(time.time(), ZoneInfo("Europe/Berlin"))
    history.add(orders, history.rows(60, PERSONS, found.start, found.end - 1, shared.service()))
    return found


def test_an_admin_sees_everybodys_orders_by_day_person_model_and_motion(pages: Pages, month: Month) -> None:
    at = pages.open("spending.py")
    whole = frame.of_month(month, "Europe/Berlin")
    assert "Everybody's orders; days begin at midnight in Europe/Berlin." in pages.words()
    numbers = {metric.label: metric.value for metric in at.metric}
    assert numbers["Credits"] == f"{whole['credits'].sum():,.0f}"
    assert numbers["Results"] == str((whole["step"] == "done").sum())
    usual = pd.to_timedelta(numbers["Usually made in"].replace("min", "m")).total_seconds()
    assert usual == pytest.approx(60 * whole.loc[whole["step"] == "done", "made"].median(), abs=0.5)
    persons, models, motions, times = (each.value for each in at.dataframe)
    assert set(persons["Name"]) == {"anna@example.com", "ben@example.com", "Without a name"}
    for sums in (persons, models, motions):
        assert sums["Credits"].sum() == whole["credits"].sum()
        assert sums["Orders"].sum() == 60
    failures = re.findall(r"^- \*\*(\d+) ×\*\* \S", pages.words(), re.MULTILINE)
    assert sum(map(int, failures)) == whole["step"].isin(("failed", "refused")).sum()
    assert "Kling found no person in the picture." in pages.words()
    assert times["Results"].sum() == (whole["step"] == "done").sum()


def test_the_sums_are_whole_on_a_phone(pages: Pages, month: Month) -> None:
    at = pages.open("spending.py")
    for sums in at.dataframe[:3]:
        widths = [each["width"] for each in json.loads(sums.proto.columns).values() if "width" in each]
        assert len(widths) == 4
        assert sum(widths) <= PHONE


def test_where_nothing_was_taken_no_chart_is_drawn_of_it(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = shared.orders()
    orders.start()
    found = month_of(time.time(), ZoneInfo("UTC"))
    rows = history.rows(3, PERSONS, found.start, found.end - 1, shared.service())
    history.add(orders, ({**row, "cost": 0.0, "price": 0.0} for row in rows))
    at = pages.open("spending.py")
    assert "Credits a day\n" in pages.words()
    assert "None were taken." in pages.words()
    assert not at.get("arrow_vega_lite_chart")
    assert not at.get("vega_lite_chart")


def test_a_month_without_orders_says_so(pages: Pages) -> None:
    pages.open("spending.py")
    assert "Nothing was ordered in " in pages.words()


def test_somebody_else_sees_only_their_own(pages: Pages, month: Month) -> None:
    whole = frame.of_month(month, "Europe/Berlin")
    mine = frame.seen_by(whole, "anna@example.com")
    assert set(mine["who"]) == {"anna@example.com"}
    assert 0 < len(mine) < len(frame.seen_by(whole, None)) == 60


def test_the_files_hold_every_order_with_person_cost_reason_and_zone(pages: Pages, month: Month) -> None:
    people.register()._change("anna@example.com", {"name": "=Anna()"})
    table = frame.seen_by(frame.of_month(month, "Europe/Berlin"), None)
    told = pd.read_csv(io.BytesIO(as_csv(frame.for_file(table, "Europe/Berlin"))), dtype=str)
    assert next(iter(told)) == "Ordered (Europe/Berlin)"
    assert "'=Anna()" in set(told["Person"])
    assert told["Credits"].astype(float).sum() == table["credits"].sum()
    assert set(told["About"].dropna()) <= {"about"}
    assert told["Reason of failure"].notna().sum() == (table["reason"] != "").sum()
    sheets = pd.read_excel(io.BytesIO(as_excel(files.sheets(table, "Europe/Berlin"))), sheet_name=None)
    assert list(sheets) == ["Orders", "Days", "Persons", "Models", "Motions", "Failures", "Times"]
    assert sheets["Days"]["Credits"].sum() == table["credits"].sum()


def test_two_of_one_name_are_told_apart(pages: Pages, month: Month) -> None:
    for address in PERSONS[:2]:
        people.register()._change(address, {"name": "Alex"})
    table = frame.seen_by(frame.of_month(month, "Europe/Berlin"), None)
    assert {"Alex (anna@example.com)", "Alex (ben@example.com)"} < set(table["who"])


def test_a_quiet_day_stands_in_the_chart(pages: Pages, month: Month) -> None:
    table = frame.seen_by(frame.of_month(month, "Europe/Berlin"), None)
    days = frame.a_day(table, month, "Europe/Berlin", "made_by")
    assert len(days) in (28, 29, 30, 31)
    assert days.to_numpy().sum() == table["credits"].sum()
