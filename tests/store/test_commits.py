"""What was read is kept for as long as nobody, in whichever process, has committed anything."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.store import MotionNames, ReadCache, Store, cache
from tests.databases import Database


@pytest.fixture
def store(sqlite: Database) -> Iterator[Store]:
    store = Store(sqlite.url)
    store.open()
    yield store
    store.close()


def test_the_version_is_another_one_after_each_commit_of_this_process_or_another(store: Store) -> None:
    first = store.version()
    assert first is not None
    assert store.version() == first
    MotionNames(store, "kling").give("m", "Wave")
    second = store.version()
    assert second not in (None, first)
    other = sqlite3.connect(store.engine.url.database or "")
    other.execute("UPDATE kling_motion_names SET name = 'Dance'")
    assert store.version() == second, "it is not committed yet"
    other.commit()
    other.close()
    assert store.version() not in (None, first, second)


def test_a_heartbeat_is_no_change_to_this_process_and_one_to_another(store: Store, sqlite: Database) -> None:
    neighbour = Store(sqlite.url)
    neighbour.open()
    ours, theirs = store.version(), neighbour.version()
    with store.unnoticed() as connection:
        connection.execute(sa.text("INSERT INTO kling_workers VALUES ('kling', 'me', 1.0)"))
    assert store.version() == ours
    assert neighbour.version() not in (None, theirs)
    MotionNames(neighbour, "kling").give("m", "Wave")
    with store.unnoticed() as connection:
        connection.execute(sa.text("UPDATE kling_workers SET seen_at = 2.0"))
    assert store.version() not in (None, ours), "what another one did before is told all the same"
    neighbour.close()


def test_a_failed_heartbeat_leaves_nothing_and_a_version_that_is_new(store: Store) -> None:
    before = store.version()
    with pytest.raises(sa.exc.IntegrityError), store.unnoticed() as connection:
        connection.execute(sa.text("INSERT INTO kling_workers VALUES ('kling', 'me', NULL)"))
    assert store.version() not in (None, before)
    with store.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM kling_workers")).scalar() == 0


def test_nobody_waits_for_the_version(store: Store) -> None:
    told: list[object] = []
    with store.unnoticed():
        asking = threading.Thread(target=lambda: told.append(store.version()))
        asking.start()
        asking.join(10)
    assert told == [None]


def test_without_an_open_database_and_with_postgresql_nothing_is_known(tmp_path: Path) -> None:
    assert Store(f"sqlite:///{tmp_path}/none.sqlite").version() is None
    assert not (tmp_path / "none.sqlite").exists()
    assert Store("postgresql://somebody@nowhere.example/kling").version() is None


def test_what_was_read_is_kept_until_something_is_committed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_AGE", 0.0)
    names, answers = MotionNames(store, "kling"), iter(range(9))
    kept, unsure = ReadCache(store.version), ReadCache()
    assert [kept.get("key", lambda: next(answers)) for _ in range(3)] == [0, 0, 0]
    assert [unsure.get("key", lambda: next(answers)) for _ in range(3)] == [1, 2, 3]
    names.give("m", "Wave")
    assert [kept.get("key", lambda: next(answers)) for _ in range(3)] == [4, 4, 4]
    kept.clear()
    assert kept.get("key", lambda: next(answers)) == 5
    monkeypatch.setattr(cache, "UNCHANGED_AGE", 0.0)
    assert kept.get("key", lambda: next(answers)) == 6
