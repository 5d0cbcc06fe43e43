"""Descriptions that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

from pages.ui.spreadsheets import as_csv

BEFORE = ["", " ", "\u00a0", "\n", "\r", "\t", "\x00", "\ufeff", "\u200b", "\u3000"]
SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212"]


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_begins_like_a_formula(before: str, sign: str) -> None:
    cell = f"{before}{sign}SUM(A1)"
    [_, [found]] = csv.reader(
        io.StringIO(as_csv(pd.DataFrame({"Description": [cell]})).decode("utf-8-sig"), newline="")
    )
    assert found == f"'{cell}"


def test_nor_what_a_spreadsheet_with_other_separators_takes_for_a_cell() -> None:
    told = as_csv(pd.DataFrame({"Description": ["a; =1+1"]})).decode("utf-8-sig")
    assert "a; '=1+1" in told


def test_other_words_stay_as_they_are() -> None:
    assert "A woman waves - slowly; then jumps" in as_csv(
        pd.DataFrame({"D": ["A woman waves - slowly; then jumps"]})
    ).decode("utf-8-sig")
