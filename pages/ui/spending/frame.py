"""The orders of a month as one table, read once for everybody who looks at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import streamlit as st
from cachetools import LRUCache

from kling.models.lenient import without_signature
from kling.orders.months import Month
from kling.orders.spending import COLUMNS, UNSUCCESSFUL
from pages.ui import session
from pages.ui.session import people, shared
from pages.ui.spreadsheets import local_times
from pages.ui.wording import spending as words
from pages.ui.wording.people import called

FRESH_SECONDS = 30.0
Made = TypeVar("Made")

_reasons: LRUCache[tuple[str, str], str] = LRUCache(20_000)
"""Why orders came to nothing, by id and how they ended: worked out once."""
_reading = Lock()


@st.cache_resource(ttl=FRESH_SECONDS, max_entries=24, show_spinner=False)
def of_month(month: Month, zone: str) -> pd.DataFrame:
    """A row an order, oldest first. It is shared: nobody changes it."""
    entries = shared.orders().spending.entries(month)
    columns = zip(*entries, strict=True) if entries else [()] * len(COLUMNS)
    table = pd.DataFrame(dict(zip(COLUMNS, map(list, columns), strict=True)))
    said = ["template", "reference", "model", "mode"]
    table[said] = table[said].astype(object).fillna("")
    placed = local_times(table["placed"].astype(float), "s", zone)
    return table.assign(
        placed=placed,
        day=placed.dt.date,
        credits=table["credits"].astype(float),
        waited=table["waited"].astype(float) / 60,
        made=table["made"].astype(float).where(table["step"] == "done") / 60,
        state=_each(table, words.state_of, "step"),
        made_by=_each(table, words.model_of, "kind", "model", "mode"),
        motion=_each(table, lambda *named: without_signature(named[0] or named[1]), "template", "reference"),
        reason=_reasons_of(table),
    )


class Seen:
    """A month's orders as somebody sees them. What comes of the table is worked out once, and is shared as it is."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self._found: dict[object, Any] = {}

    def once(self, work: Callable[..., Made], *how: object) -> Made:
        """What `work` makes of the table."""
        if (work, how) not in self._found:
            self._found[work, how] = work(self.table, *how)
        made: Made = self._found[work, how]
        return made


@st.cache_resource(ttl=FRESH_SECONDS, max_entries=100, show_spinner=False)
def seen(month: Month, zone: str, person: str | None) -> Seen:
    """By this person, or by an admin."""
    return Seen(seen_by(of_month(month, zone), person))


def _reasons_of(table: pd.DataFrame) -> list[str]:
    """Why each of them came to nothing; empty for all others."""
    keys = list(zip(table["id"], table["step"], strict=True))
    with _reading:
        missing = [key[0] for key in keys if key[1] in UNSUCCESSFUL and key not in _reasons]
        for order in shared.orders().spending.orders(missing):
            _reasons[order.id, order.step] = words.reason_of(order)
        return [_reasons.get(key, "") if key[1] in UNSUCCESSFUL else "" for key in keys]


def _each(table: pd.DataFrame, name: Callable[..., str], *columns: str) -> list[str]:
    """A name for each row, worked out once for all that are alike."""
    rows = list(zip(*(table[column] for column in columns), strict=True))
    known = {row: name(*row) for row in set(rows)}
    return [known[row] for row in rows]


def seen_by(table: pd.DataFrame, person: str | None) -> pd.DataFrame:
    """With the names that people know persons and motions by; of one person's orders alone where one is named."""
    mine = table if person is None else table[table["person"] == person]
    return mine.assign(
        who=_each(mine, _person_namer(mine["person"]), "person"),
        motion=_each(mine, _motion_namer(), "motion"),
    )


def _person_namer(persons: Iterable[str]) -> Callable[[str], str]:
    """What these are called; of two alike, by more than their name."""
    known = people.names()
    said = Counter(called(person, known) for person in set(persons))

    def name(person: str) -> str:
        found = called(person, known)
        return found if said[found] == 1 else f"{found} ({person if '@' in person else person[:4]})"

    return name


def _motion_namer() -> Callable[[str], str]:
    known = session.motion_names(session.feeds())

    def name(source: str) -> str:
        if not source:
            return "None: a clip was uploaded"
        return known.get(source) or f"Motion {source.rpartition('/')[2]}"

    return name


def sums(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Credits, orders and failures of each, the dearest first."""
    failed = table["step"].isin(("failed", "gone", "refused"))
    grouped = table.assign(failed=failed).groupby(by, sort=False)
    found = grouped.agg(Credits=("credits", "sum"), Orders=("id", "count"), Failed=("failed", "sum"))
    return found.sort_values(["Credits", "Orders"], ascending=False)


def a_day(table: pd.DataFrame, month: Month, zone: str, by: str) -> pd.DataFrame:
    """Credits by day and person or model; every day of the month down, so that a quiet one shows as such."""
    start = pd.Timestamp(month.start, unit="s", tz="UTC").tz_convert(zone)
    days = pd.date_range(start.tz_localize(None), periods=start.days_in_month).date
    found = table.pivot_table(index="day", columns=by, values="credits", aggfunc="sum", fill_value=0.0)
    return found.reindex(days, fill_value=0.0).rename_axis("Day")


def failures(table: pd.DataFrame) -> pd.DataFrame:
    """How often what went wrong, and what of it was not given back."""
    failed = table[table["reason"] != ""]
    grouped = failed.groupby("reason")
    found = grouped.agg(Times=("id", "count"), Credits=("credits", "sum")).sort_values("Times", ascending=False)
    return found.reset_index().rename(columns={"reason": "What went wrong", "Credits": "Credits not given back"})


def times(table: pd.DataFrame) -> pd.DataFrame:
    """Minutes from order to acceptance, and from there to the result: the usual ones and nine of ten, by model."""
    done = table[table["step"] == "done"]
    rows = {
        made_by: [len(each), *(_round(each[what], share) for what in ("waited", "made") for share in (0.5, 0.9))]
        for made_by, each in done.groupby("made_by")
    }
    columns = ["Results", "Waited, usually", "Waited, 9 of 10", "Made in, usually", "Made in, 9 of 10"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _round(minutes: pd.Series, share: float) -> float:
    return round(float(minutes.quantile(share)), 1) if minutes.notna().any() else np.nan


def for_file(table: pd.DataFrame, zone: str) -> pd.DataFrame:
    """A row an order, for a spreadsheet; numbers of tasks as text so that no digit is lost."""
    is_sure = table["is_exact"].astype(bool) | table["credits"].isna() | (table["credits"] == 0)
    return pd.DataFrame(
        {
            f"Ordered ({zone})": table["placed"],
            "Person": table["who"],
            "What": table["title"],
            "Motion": table["motion"],
            "Model": table["made_by"],
            "State": table["state"],
            "Credits": table["credits"],
            "About": np.where(is_sure, "", "about"),
            "Waited (min)": table["waited"].round(1),
            "Made in (min)": table["made"].round(1),
            "Reason of failure": table["reason"],
            "Task": table["task_id"].map(lambda task: "" if pd.isna(task) else str(int(task))),
        }
    ).reset_index(drop=True)
