"""A table of requests, a row each: read from CSV or Excel, and checked whole before anything is sent."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kling.addresses import web_address
from kling.errors import InvalidInput
from kling.generations import CreateRequest, generation_of
from kling.models import Motion
from kling.models.strict import whole_number

MOST = 200
"""Requests in a batch."""
COLUMNS = {
    "picture": "picture",
    "motion": "motion",
    "description": "prompt",
    "seconds": "duration",
    "quality": "mode",
    "person": "person",
    "mirror": "mirror",
    "sound": "sound",
    "sound effects": "audio_prompt",
    "music": "music_prompt",
    "reference": "reply_ref",
}
"""Heading of a column -> option of a request. Only picture and motion are required."""
QUALITIES = {"standard": "std", "std": "std", "professional": "pro", "pro": "pro"}
YES, NO = {"yes", "true", "1", "on", "x"}, {"no", "false", "0", "off"}
TEMPLATE = "picture,motion,description,seconds,quality\nanna.jpg,Wave,A woman waves on a beach,5,standard\n"


@dataclass(frozen=True)
class Planned:
    """A row that can be sent: the name of its picture, or the picture's address in the request already."""

    row: int
    motion: Motion
    picture: str
    request: CreateRequest


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, or with the file as a whole (row 0)."""

    row: int
    what: str
    field: str | None = None
    """What has to be corrected, by its name in the request."""


def read_rows(name: str, content: bytes) -> list[dict[str, str]]:
    """The rows under the headings, as text; `InvalidInput` when the file is no such table."""
    rows = _excel(content) if name.lower().endswith(".xlsx") else _csv(content)
    table = [[cell.strip() for cell in row] for row in rows]
    if not table:
        raise InvalidInput("The file is empty.", "file")
    headings = [heading.casefold() for heading in table[0]]
    unknown = [heading for heading in headings if heading and heading not in COLUMNS]
    if unknown:
        raise InvalidInput(f"There is no column “{unknown[0]}”. There are: {', '.join(COLUMNS)}.", "file")
    missing = [needed for needed in ("picture", "motion") if needed not in headings]
    if missing:
        raise InvalidInput(f"The first row must name the columns. “{missing[0]}” is missing.", "file")
    if len(table) - 1 > MOST:
        raise InvalidInput(f"The table has {len(table) - 1} rows, {MOST} at most can be sent at once.", "file")
    return [dict(zip(headings, [*row, *[""] * len(headings)], strict=False)) for row in table[1:]]


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # what Excel saves in the West
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise InvalidInput("The file cannot be read as CSV.", "file") from None


def _excel(content: bytes) -> list[list[str]]:
    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        rows = sheet.iter_rows(values_only=True, max_row=MOST + 2, max_col=40) if sheet is not None else ()
        return [[_cell(value) for value in row] for row in rows]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError):
        raise InvalidInput("The file cannot be read as an Excel file (.xlsx).", "file") from None


def _cell(value: object) -> str:
    """Excel keeps 5 as 5.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)


def plan(
    rows: Sequence[Mapping[str, str]],
    motions: Iterable[Motion],
    pictures: Iterable[str],
    options: Mapping[str, Any],
    pending: str,
    shown: Mapping[str, str] | None = None,
) -> tuple[list[Planned], list[Fault]]:
    """Every row as a request, or what is wrong with it. `options` fill what a row leaves open.

    `pictures` are the names of the files that were given with the table, `pending` stands for their addresses;
    `shown` has the names that people know motions by, by the key of the motion.
    """
    library, names = list(motions), set(pictures)
    planned: list[Planned] = []
    faults: list[Fault] = []
    for number, row in enumerate(rows, 2):  # as a spreadsheet counts, below the headings
        if not any(row.values()):
            continue
        try:
            planned.append(_plan_row(number, row, library, shown or {}, names, options, pending))
        except InvalidInput as error:
            faults.append(Fault(number, str(error), error.field))
    if not planned and not faults:
        faults.append(Fault(0, "The table has no rows."))
    return planned, faults


def _plan_row(
    number: int,
    row: Mapping[str, str],
    library: list[Motion],
    shown: Mapping[str, str],
    names: set[str],
    options: Mapping[str, Any],
    pending: str,
) -> Planned:
    motion, picture = _motion(row["motion"], library, shown), row["picture"]
    is_address = web_address(picture) is not None
    if not picture:
        raise InvalidInput("The picture is missing.", "picture")
    if not is_address and picture not in names:
        raise InvalidInput(f"There is no picture “{picture}” among those you added.", "picture")
    given = {COLUMNS[name]: _READ.get(name, _text)(name, value) for name, value in row.items() if name and value}
    request = generation_of(motion).request(motion, picture if is_address else pending, {**options, **given})
    return Planned(number, motion, picture, request)


def _motion(wanted: str, library: list[Motion], shown: Mapping[str, str]) -> Motion:
    if not wanted:
        raise InvalidInput("The motion is missing.", "motion")
    by_id = next((motion for motion in library if motion.key == wanted), None)
    if by_id is not None:
        return by_id
    text = wanted.casefold()
    ways: tuple[Callable[[Motion], str], ...] = (
        lambda motion: motion.key,
        lambda motion: shown.get(motion.key, ""),
        lambda motion: motion.name,
        lambda motion: motion.tag or "",
    )
    for name_of in ways:
        found = [motion for motion in library if name_of(motion).casefold() == text]
        if len(found) > 1:
            raise InvalidInput(
                f"There are {len(found)} motions “{wanted}”. Give its id, which stands with it on Motions.", "motion"
            )
        if found:
            return found[0]
    raise InvalidInput(f"There is no motion “{wanted}”.", "motion")


def _text(_: str, value: str) -> str:
    return value


def _quality(name: str, value: str) -> str:
    if value.casefold() not in QUALITIES:
        raise InvalidInput(f"The quality must be standard or professional, not “{value}”.", name)
    return QUALITIES[value.casefold()]


def _person(name: str, value: str) -> int:
    try:
        person = whole_number(value)
    except ValueError:
        person = 0
    if not 1 <= person <= 11:
        raise InvalidInput(f"The person must be a number from 1 to 11, not “{value[:80]}”.", name)
    return person


def _flag(name: str, value: str) -> bool:
    if value.casefold() not in YES | NO:
        raise InvalidInput(f"“{name.capitalize()}” must be yes or no, not “{value}”.", name)
    return value.casefold() in YES


_READ: dict[str, Callable[[str, str], Any]] = {
    "quality": _quality,
    "person": _person,
    "mirror": _flag,
    "sound": _flag,
}
