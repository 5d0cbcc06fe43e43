"""A table of videos: how it is filled in, and what was found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kling.orders.spreadsheet import COLUMNS, ROWS_MOST, Fault, Plan
from pages.ui.wording.formats import plain

HOW_TO = (
    f"1. **Get the table** and fill in a row for each video, {ROWS_MOST:,} at most. It needs a motion, as it is called "
    "on its card; what a row leaves open is as in a single video.\n"
    "2. **Give the pictures**: name each file in its row and add the files here, or give web addresses, or choose one "
    "picture for all rows.\n"
    "3. **Choose the filled table.** It is checked whole, and nothing is sent before you press the button."
)
COLUMNS_HELP = f"The first row names the columns: {', '.join(COLUMNS)}. Only motion is needed, in any order."
MOTIONS_FIRST = "The motions are not known yet. They come by themselves."
TABLE_FIRST = "Add a table first."
OTHER_TABLE_FIRST = "Add a table that can be read first."
NAMED = 20
FAULTS_SHOWN = 60


def count(number: int, what: str = "video") -> str:
    """1 video, 2,000 videos."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def name_button(good: int, is_all: bool) -> str:
    """Make all of them, or those that are fine."""
    if is_all:
        return f"Make {count(good)}"
    return "Make the one that is fine" if good == 1 else f"Make the {good:,} that are fine"


def describe_lacks(found: Plan) -> str:
    """What is still to be done before all of a table can be made, in a line beside the button; empty for nothing."""
    rows, parts = {fault.row for fault in found.faults}, []
    if found.missing:
        these = "this picture" if len(found.missing) == 1 else f"these {len(found.missing):,} pictures"
        parts.append(f"Add {these} first.")
    if 0 in rows:
        parts.append(OTHER_TABLE_FIRST)
    elif rows:
        parts.append(f"{count(len(rows), 'row')} {'has' if len(rows) == 1 else 'have'} something to correct.")
    return " ".join(parts)


def ask_for_pictures(missing: Mapping[str, Sequence[int]]) -> str:
    """Which pictures the table names that are not here yet."""
    names = [f"“{plain(name[:60])}”" for name in list(missing)[:NAMED]]
    more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
    these = "this picture" if len(missing) == 1 else f"these {len(missing):,} pictures"
    rows = sum(map(len, missing.values()))
    waits = "1 row waits" if rows == 1 else f"{rows:,} rows wait"
    wait = f"{waits} for {'it' if len(missing) == 1 else 'them'}"
    return f"**Now add {these}:** {', '.join(names)}{more}. {wait}. If a name is wrong, correct it in the table."


def describe_faults(faults: Sequence[Fault], good: int) -> str:
    """Everything that is wrong, row by row."""
    by_row: dict[int, list[str]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(plain(fault.what))
    lines = [f"- {f'Row {row}: ' * bool(row)}{' '.join(whats)}" for row, whats in by_row.items()]
    more = f"\n- and {len(lines) - FAULTS_SHOWN:,} rows more" if len(lines) > FAULTS_SHOWN else ""
    rest = f" The other {good:,} are fine." if good > 1 else " The other one is fine." if good else ""
    rows = "1 row has" if len(by_row) == 1 else f"{len(by_row):,} rows have"
    what = "The table cannot be used." if 0 in by_row else f"{rows} something to correct.{rest}"
    return f"Nothing was sent. {what}\n\n" + "\n".join(lines[:FAULTS_SHOWN]) + more


def describe_alike(alike: Sequence[Sequence[int]]) -> str:
    """Rows that ask for the very same."""
    groups = [" and ".join(map(str, rows[:6])) + (" and more" if len(rows) > 6 else "") for rows in alike[:NAMED]]
    more = f"; and {len(alike) - NAMED} more such groups" if len(alike) > NAMED else ""
    return f"These rows ask for the very same: {'; '.join(groups)}{more}. Each of them is made, and charged."


def describe_ignored(columns: Sequence[str]) -> str:
    """Columns that have no effect."""
    names = " and ".join(f"“{name}”" for name in columns)
    have = "has" if len(columns) == 1 else "have"
    return f"{names} {have} no effect: Kling's service of today takes that from the motion's video, or not at all."
