"""The names that people give to motions, and the stars."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kling.errors import InvalidInput
from kling.kept import Favourites, MotionNames


def test_a_name_given_is_seen_by_everyone_and_outlives_the_process(tmp_path: Path) -> None:
    MotionNames(tmp_path).give("9007199254740993", "  Victory dance ")
    assert MotionNames(tmp_path).all() == {"9007199254740993": "Victory dance"}


def test_two_processes_on_one_folder_see_each_others_names(tmp_path: Path) -> None:
    ours, theirs = MotionNames(tmp_path), MotionNames(tmp_path)
    assert ours.all() == {}
    theirs.give("1", "Wave")
    assert ours.all() == {"1": "Wave"}
    ours.give("2", "Jump")
    assert theirs.all() == {"1": "Wave", "2": "Jump"}


def test_an_empty_name_takes_the_name_away(tmp_path: Path) -> None:
    names = MotionNames(tmp_path)
    names.give("1", "Wave")
    names.give("1", " ")
    assert names.all() == {}


@pytest.mark.parametrize("text", ["", "{", "[1]", "null"])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "motion-names.json").write_text(text)
    names = MotionNames(tmp_path)
    assert names.all() == {}
    names.give("1", "Wave")
    assert names.all() == {"1": "Wave"}
    assert (tmp_path / "motion-names.damaged").read_text() == text


def test_a_file_that_cannot_be_read_now_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "motion-names.json").mkdir()
    names = MotionNames(tmp_path)
    assert names.all() == {}
    with pytest.raises(InvalidInput, match="could not be kept"):
        names.give("1", "Wave")


def test_a_name_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(InvalidInput, match="could not be kept"):
        MotionNames(tmp_path / "taken").give("1", "Wave")


def test_stars_are_each_persons_own_and_outlive_the_process(tmp_path: Path) -> None:
    Favourites(tmp_path).star("ann", "1", True)
    Favourites(tmp_path).star("ann", "2", True)
    Favourites(tmp_path).star("bob", "2", True)
    Favourites(tmp_path).star("ann", "1", False)
    assert Favourites(tmp_path).of("ann") == {"2"}
    assert Favourites(tmp_path).of("bob") == {"2"}
    assert Favourites(tmp_path).of("eve") == frozenset()


def test_no_star_is_lost_when_many_are_put_at_once(tmp_path: Path) -> None:
    favourites = Favourites(tmp_path)
    keys = [str(number) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: favourites.star("ann", key, True), keys))
    assert favourites.of("ann") == set(keys)


def test_a_file_of_stars_that_holds_something_else_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "favourites.json").write_text('{"ann": 7}')
    assert Favourites(tmp_path).of("ann") == frozenset()
