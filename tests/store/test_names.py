"""The names that people give to motions, and the stars."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from kling.errors import InvalidInput
from kling.store import Favourites, MotionNames, Store, cache
from tests.databases import Database


@pytest.fixture
def stores(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Store, Store]]:
    """One database as two processes have it, who see each other's changes at once."""
    monkeypatch.setattr(cache, "MAX_AGE", 0.0)
    found = [Store(database.url) for _ in range(2)]
    yield found[0], found[1]
    for store in found:
        store.close()


@pytest.fixture
def store(stores: tuple[Store, Store]) -> Store:
    return stores[0]


def break_down(store: Store) -> None:
    """From now on the database refuses everything."""
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE kling_motion_names")
        connection.exec_driver_sql("DROP TABLE kling_favourites")


def test_a_name_given_is_seen_by_everyone_and_outlives_the_process(stores: tuple[Store, Store]) -> None:
    MotionNames(stores[0], "kling").give("9007199254740993", "  Victory dance ")
    assert MotionNames(stores[1], "kling").all() == {"9007199254740993": "Victory dance"}


def test_two_processes_see_each_others_names(stores: tuple[Store, Store]) -> None:
    ours, theirs = (MotionNames(store, "kling") for store in stores)
    assert ours.all() == {}
    theirs.give("1", "Wave")
    assert ours.all() == {"1": "Wave"}
    ours.give("2", "Jump")
    ours.give("1", "Salute")
    assert theirs.all() == {"1": "Salute", "2": "Jump"}


def test_what_this_process_changes_shows_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_AGE", 1000.0)
    names, favourites = MotionNames(store, "kling"), Favourites(store, "kling")
    assert (names.all(), favourites.of("ann")) == ({}, frozenset())
    names.give("1", "Wave")
    favourites.star("ann", "1", True)
    assert (names.all(), favourites.of("ann")) == ({"1": "Wave"}, frozenset("1"))


def test_names_and_stars_of_the_practice_api_are_nothing_to_kling(store: Store) -> None:
    MotionNames(store, "practice").give("1", "Wave")
    Favourites(store, "practice").star("ann", "1", True)
    assert MotionNames(store, "kling").all() == {}
    assert Favourites(store, "kling").of("ann") == frozenset()


def test_an_empty_name_takes_the_name_away(store: Store) -> None:
    names = MotionNames(store, "kling")
    names.give("1", "Wave")
    names.give("1", " ")
    assert names.all() == {}


def test_what_cannot_be_kept_is_a_sentence(store: Store) -> None:
    names, favourites = MotionNames(store, "kling"), Favourites(store, "kling")
    names.give("1", "Wave")
    break_down(store)
    with pytest.raises(InvalidInput, match="could not be kept"):
        names.give("1", "Jump")
    with pytest.raises(InvalidInput, match="could not be kept"):
        favourites.star("ann", "1", True)


def test_what_was_read_last_stays_on_the_screen_while_the_database_is_down(store: Store) -> None:
    names, favourites = MotionNames(store, "kling"), Favourites(store, "kling")
    names.give("1", "Wave")
    favourites.star("ann", "1", True)
    assert (names.all(), favourites.of("ann")) == ({"1": "Wave"}, frozenset("1"))
    break_down(store)
    assert (names.all(), favourites.of("ann"), favourites.of("bob")) == ({"1": "Wave"}, frozenset("1"), frozenset())


def test_stars_are_each_persons_own_and_outlive_the_process(stores: tuple[Store, Store]) -> None:
    favourites = Favourites(stores[0], "kling")
    for person, key, is_on in (("ann", "1", True), ("ann", "2", True), ("bob", "2", True), ("ann", "1", False)):
        favourites.star(person, key, is_on)
        favourites.star(person, key, is_on)
    later = Favourites(stores[1], "kling")
    assert [later.of(person) for person in ("ann", "bob", "eve")] == [{"2"}, {"2"}, frozenset()]


def test_no_star_is_lost_when_many_are_put_at_once(stores: tuple[Store, Store]) -> None:
    both = [Favourites(store, "kling") for store in stores]
    keys = [str(number) for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: both[int(key) % 2].star("ann", key, True), keys))
    assert both[0].of("ann") == set(keys)
