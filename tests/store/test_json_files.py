"""What older versions kept in files is taken over once, and lost never."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kling.store import Favourites, MotionNames, Store, take_over

SERVICES = ("practice", "kling")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(f"sqlite:///{tmp_path}/data.sqlite")
    found.open()
    yield found
    found.close()


def names_in(store: Store) -> dict[str, str]:
    return MotionNames(store, "kling").all()


def test_names_and_stars_are_taken_over_for_whichever_service_they_are(store: Store, tmp_path: Path) -> None:
    (tmp_path / "motion-names.json").write_text(json.dumps({"1": "Wave", "2": "Größe"}), encoding="utf-8")
    (tmp_path / "favourites.json").write_text(json.dumps({"ann": ["1", "2", "2"], "bob": ["2"]}))
    take_over(store, tmp_path, SERVICES)
    for service in SERVICES:
        assert MotionNames(store, service).all() == {"1": "Wave", "2": "Größe"}
        assert Favourites(store, service).of("ann") == {"1", "2"}
        assert Favourites(store, service).of("bob") == {"2"}


def test_they_are_taken_over_once(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "motion-names.json"
    path.write_text('{"1": "Wave"}')
    take_over(store, tmp_path, SERVICES)
    MotionNames(store, "kling").give("1", "")
    take_over(store, tmp_path, SERVICES)
    assert names_in(store) == {}
    assert (tmp_path / "motion-names.taken").read_text() == '{"1": "Wave"}'
    assert not path.exists()


def test_what_is_in_the_database_stays_as_it_is(store: Store, tmp_path: Path) -> None:
    """As after a start that was killed before it had renamed the file."""
    MotionNames(store, "kling").give("1", "Salute")
    (tmp_path / "motion-names.json").write_text('{"1": "Wave", "2": "Jump"}')
    take_over(store, tmp_path, SERVICES)
    assert names_in(store) == {"1": "Salute", "2": "Jump"}


@pytest.mark.parametrize("text", ["", "{", "[1]", "null"])
def test_a_damaged_file_is_put_aside(store: Store, tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "motion-names.json").write_text(text)
    take_over(store, tmp_path, SERVICES)
    assert names_in(store) == {}
    assert (tmp_path / "motion-names.damaged").read_text() == text
    assert "motion-names.json is damaged" in caplog.text


def test_a_file_that_cannot_be_read_now_is_left_for_the_next_start(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "motion-names.json").mkdir()
    take_over(store, tmp_path, SERVICES)
    assert names_in(store) == {}
    assert (tmp_path / "motion-names.json").is_dir()
    assert "left for the next start" in caplog.text


def test_a_file_of_stars_that_holds_something_else_is_no_trouble(store: Store, tmp_path: Path) -> None:
    (tmp_path / "favourites.json").write_text('{"ann": 7, "bob": ["1"]}')
    take_over(store, tmp_path, SERVICES)
    assert Favourites(store, "kling").of("ann") == frozenset()
    assert Favourites(store, "kling").of("bob") == {"1"}
