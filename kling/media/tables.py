"""The cells of a CSV or Excel file. Runs in a child process (`kling.media.child_process`), because a small file may
unpack to gigabytes; what it would unpack to is looked at first all the same."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kling.errors import InvalidInput

ROWS = 5_000
COLUMNS = 40
FILE_BYTES = 5 * 1024 * 1024
UNZIPPED_BYTES = 16 * 1024 * 1024
"""A table of so many rows with every column filled takes a fifth of it."""
CHARACTERS = 8 * 1024 * 1024
"""Of all cells together: the cells of an Excel file may name one long text again and again."""
CPU_SECONDS = 5.0
NOT_EXCEL = "The file cannot be read as an Excel file (.xlsx)."


def cells(name: str, content: bytes) -> list[list[str]]:
    """The rows as text, the empty ones at the end left out; `InvalidInput` when the file is no table, or too large."""
    if len(content) > FILE_BYTES:
        raise InvalidInput(f"The file is too large for a table: {FILE_BYTES >> 20} MB at most can be read.", "file")
    rows = _excel(content) if name.lower().endswith(".xlsx") else _csv(content)
    table, length = [], 0
    for number, row in enumerate(rows):
        if number > ROWS:
            raise InvalidInput(f"The table has more than {ROWS:,} rows. Take out those that are not needed.", "file")
        table.append([cell.strip() for cell in row])
        length += sum(map(len, table[-1]))
        if length > CHARACTERS:
            raise InvalidInput("The table holds more text than can be read. Shorten it, or divide it.", "file")
    while table and not any(table[-1]):
        table.pop()
    return table


def _csv(content: bytes) -> Iterator[Sequence[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # what Excel saves in the West
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield row[:COLUMNS]
    except csv.Error:
        raise InvalidInput("The file cannot be read as CSV.", "file") from None


def _excel(content: bytes) -> Iterator[Sequence[str]]:
    try:
        _refuse_bomb(content)
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).active
        rows: Iterable[tuple[object, ...]] = ()
        if sheet is not None:
            rows = sheet.iter_rows(values_only=True, max_row=ROWS + 2, max_col=COLUMNS)
        for row in rows:
            yield [_text(value) for value in row]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, SyntaxError):
        raise InvalidInput(NOT_EXCEL, "file") from None


def _refuse_bomb(content: bytes) -> None:
    """The sizes that the file tells are believed: nothing reads more of a part than it tells."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unzipped = sum(part.file_size for part in archive.infolist())
    if unzipped > UNZIPPED_BYTES:
        raise InvalidInput(
            f"The file is too large for a table: it unpacks to {unzipped >> 20} MB. Save the rows as CSV.", "file"
        )


def _text(value: object) -> str:
    """Excel keeps 5 as 5.0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
