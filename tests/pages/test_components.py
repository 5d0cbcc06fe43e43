"""What a component of ours is given to draw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from pages.ui.components import component

DATA: dict[str, Any] = {
    "cards": [{"key": "a", "tags": ["b"]}],
    "picked": [],
    "names": {"a": ["b"]},
    "few": 6,
    "url": None,
}


def test_no_list_is_looked_into_for_a_table_and_it_reads_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for kind in ("css", "js"):
        (tmp_path / f"cards.{kind}").write_text("")
    given: list[Any] = []
    monkeypatch.setattr(st.components.v2, "component", lambda *_, **__: lambda **drawn: given.append(drawn))
    component("test.cards", str(tmp_path / "cards.py"), "<p></p>")(data=DATA, key="cards")
    [drawn] = given
    assert drawn["key"] == "cards"
    assert not [value for value in drawn["data"].values() if isinstance(value, list)]
    assert json.dumps(drawn["data"]) == json.dumps(DATA)
