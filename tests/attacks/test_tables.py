"""Small files that unpack to gigabytes, or to work for minutes, given as a table of requests."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from openpyxl import Workbook

from kling import InvalidInput
from kling.media import child_process, tables
from kling.orders.spreadsheet import read_rows

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STRINGS_TOO = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml" /></Types>'
)
HEAD = b'<?xml version="1.0"?>'
NAMESPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def excel(**parts: tuple[bytes, bytes, int, bytes]) -> bytes:
    """A workbook in which a part is replaced by (start, piece, so many of it, end)."""
    book, plain, forged = Workbook(), io.BytesIO(), io.BytesIO()
    assert book.active is not None
    book.save(plain)
    replaced = {"sheet": SHEET, "strings": STRINGS}
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name not in [replaced[part] for part in parts]:
                target.writestr(name, source.read(name).replace(b"</Types>", STRINGS_TOO))
        if "strings" not in parts:
            target.writestr(STRINGS, HEAD + b"<sst " + NAMESPACE + b"/>")
        for part, (start, piece, count, end) in parts.items():
            with target.open(replaced[part], "w", force_zip64=True) as file:
                file.write(start)
                for _ in range(count // 10_000):
                    file.write(piece * 10_000)
                file.write(end)
    return forged.getvalue()


def long_row(cells: int) -> bytes:
    start = HEAD + b"<worksheet " + NAMESPACE + b'><sheetData><row r="1">'
    return excel(sheet=(start, b'<c r="A1"><v>1</v></c>', cells, b"</row></sheetData></worksheet>"))


def many_strings(count: int) -> bytes:
    return excel(strings=(HEAD + b"<sst " + NAMESPACE + b">", b"<si><t>a</t></si>", count, b"</sst>"))


@pytest.mark.parametrize("forged", [long_row, many_strings])
def test_a_file_that_unpacks_to_a_mountain_is_refused_by_its_sizes(forged: Callable[[int], bytes]) -> None:
    content = forged(10_000_000)
    assert len(content) < 1024 * 1024
    with pytest.raises(InvalidInput, match="unpacks to"):
        read_rows("t.xlsx", content)


@pytest.mark.parametrize("forged", [long_row, many_strings])
def test_one_that_stays_below_that_size_ends_and_takes_little_memory(forged: Callable[[int], bytes]) -> None:
    with suppress(InvalidInput):  # either it was read in its share of time, or its process was ended
        read_rows("t.xlsx", forged(tables.UNZIPPED_BYTES // 25))
    child_process._children.end()  # what it used is counted when it has ended
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1024 * 1024  # KB


def test_one_long_text_that_every_cell_names_is_refused() -> None:
    text = (HEAD + b"<sst " + NAMESPACE + b"><si><t>", b"a", 1_000_000, b"</t></si></sst>")
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 40 + b"</row>"
    start = HEAD + b"<worksheet " + NAMESPACE + b"><sheetData>"
    with pytest.raises(InvalidInput, match="more text than can be read"):
        read_rows("t.xlsx", excel(strings=text, sheet=(start, row, 10_000, b"</sheetData></worksheet>")))


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_rows_end_at_five_thousand_with_a_sentence(name: str) -> None:
    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in range(tables.ROWS + 2):
        sheet.append(["picture" if row == 0 else "a.jpg", "motion" if row == 0 else "Wave"])
    book.save(file)
    text = "picture,motion\n" + "a.jpg,Wave\n" * (tables.ROWS + 1)
    with pytest.raises(InvalidInput, match="more than 5,000 rows"):
        read_rows(name, text.encode() if name.endswith("csv") else file.getvalue())


def test_empty_rows_at_the_end_are_no_rows() -> None:
    assert read_rows("t.csv", b"picture,motion\na.jpg,Wave\n" + b",\n" * 500) == [
        {"picture": "a.jpg", "motion": "Wave"}
    ]
