"""Text in the cells of a file for spreadsheets: none of it is taken for a formula."""

from __future__ import annotations

import re

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"
"""What a formula begins with, also in full width: some spreadsheets take these alike, and look past blanks."""
_LATER_FORMULA = re.compile(f"(;\\s*)(?=[{re.escape(SIGNS)}])")
"""Where semicolons part cells, as in much of Europe, one may begin within another."""


def harmless(cell: object) -> object:
    """Text that a spreadsheet would take for a formula, marked as text; what is no text stays as it is."""
    if not isinstance(cell, str):
        return cell
    parted = _LATER_FORMULA.sub(r"\1'", cell)
    begins_oddly = cell[:1].isspace() or not cell[:1].isprintable() or cell[:1] in SIGNS
    return f"'{parted}" if cell and begins_oddly else parted
