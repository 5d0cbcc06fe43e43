"""A table to fill in, as CSV and as an Excel file in which motions are chosen from a list."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter import Workbook

from kling import Motion
from kling.cells import harmless
from kling.generations import generation_of
from kling.orders.spreadsheet import COLUMNS, PEOPLE, ROWS_MOST, SECONDS

CHOICES: Mapping[str, Sequence[str]] = {
    "seconds": SECONDS,
    "quality": ("standard", "professional"),
    "person": [str(number) for number in range(1, PEOPLE + 1)],
    "mirror": ("yes", "no"),
    "sound": ("yes", "no"),
}
EXAMPLE = {"picture": "anna.jpg", "description": "A woman waves on a beach", "seconds": "5", "quality": "standard"}
WIDTHS = {"picture": 24, "motion": 28, "description": 48}


def names_of(motions: Sequence[Motion], shown: Mapping[str, str]) -> list[str]:
    """What each motion is called in a table: as people see it, or by its id where two are called alike."""
    counted = Counter(shown[motion.key].casefold() for motion in motions)
    return [shown[each.key] if counted[shown[each.key].casefold()] == 1 else each.key for each in motions]


def columns_for(motions: Sequence[Motion]) -> list[str]:
    """Those that Kling's service of today has a use for."""
    known = {option for motion in motions for option in generation_of(motion).options} or set(COLUMNS.values())
    return [name for name, option in COLUMNS.items() if name in ("picture", "motion") or option in known]


def example(columns: Sequence[str], names: Sequence[str]) -> list[str]:
    """A row that shows how one looks."""
    row = EXAMPLE | {"motion": names[0] if names else ""}
    return [row.get(name, "") for name in columns]


def as_csv(motions: Sequence[Motion], shown: Mapping[str, str]) -> bytes:
    """Headings and one row as an example."""
    file, columns = io.StringIO(), columns_for(motions)
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerow([harmless(cell) for cell in example(columns, names_of(motions, shown))])
    return file.getvalue().encode("utf-8-sig")


def as_excel(motions: Sequence[Motion], shown: Mapping[str, str]) -> bytes:
    """The same, in which whatever has few answers is chosen from a list; all motions stand on a sheet of their own."""
    file, columns, names = io.BytesIO(), columns_for(motions), names_of(motions, shown)
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet, listed = book.add_worksheet("Videos"), book.add_worksheet("Motions")
        listed.write_column(0, 0, ["motion", *names])
        listed.set_column(0, 0, WIDTHS["motion"])
        sheet.write_row(0, 0, columns, bold)
        sheet.write_row(1, 0, example(columns, names))
        sheet.freeze_panes(1, 0)
        for number, name in enumerate(columns):
            sheet.set_column(number, number, WIDTHS.get(name, 14), text)
            listed_names = f"=Motions!$A$2:$A${len(names) + 1}" if names else ""
            source: Any = listed_names if name == "motion" else list(CHOICES.get(name, ()))
            if source:
                sheet.data_validation(1, number, ROWS_MOST, number, {"validate": "list", "source": source})
    return file.getvalue()
