"""Threads that write to one SQLite file wait for each other, instead of looking again and again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.store import engine as store_engine
from kling.store import lock
from kling.store.engine import open_engine

THREADS, WRITES = 8, 25


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[sa.Engine]:
    """A file with an empty table, where SQLite itself waits for nobody."""
    engine = open_engine(f"sqlite:///{tmp_path}/file.sqlite")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE notes (note TEXT PRIMARY KEY)"))
    sa.event.listen(engine, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=0"))
    yield engine
    engine.dispose()


def write(engine: sa.Engine, note: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO notes VALUES (:note)"), {"note": note})


def notes(engine: sa.Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.scalars(sa.text("SELECT note FROM notes")))


def test_no_thread_finds_the_file_locked_by_another_one(engine: sa.Engine) -> None:
    def write_some(thread: int) -> None:
        for number in range(WRITES):
            if number % 2:
                write(engine, f"{thread} {number}")
            else:
                with engine.begin() as connection:
                    lock(connection, "notes")
                    connection.execute(sa.text("SELECT * FROM notes")).all()
                    connection.execute(sa.text("INSERT INTO notes VALUES (:note)"), [{"note": f"{thread} {number}"}])

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(write_some, range(THREADS)))
    assert len(notes(engine)) == THREADS * WRITES


def test_one_reads_while_another_writes(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO notes VALUES ('not yet')"))
        assert notes(engine) == set()
    assert notes(engine) == {"not yet"}


def test_whatever_ends_a_write_lets_the_next_one_go(engine: sa.Engine) -> None:
    write(engine, "first")
    with pytest.raises(sa.exc.IntegrityError):
        write(engine, "first")
    with pytest.raises(sa.exc.OperationalError, match="no such table"), engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO elsewhere VALUES (1)"))
    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO notes VALUES ('given up')"))
    lost = engine.connect()
    lost.execute(sa.text("INSERT INTO notes VALUES ('lost')"))
    lost.invalidate()
    write(engine, "second")
    assert notes(engine) == {"first", "second"}


def test_who_waits_too_long_is_told_as_sqlite_tells_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_engine, "BUSY_SECONDS", 0.05)
    engine = open_engine(f"sqlite:///{tmp_path}/file.sqlite")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE notes (note TEXT PRIMARY KEY)"))
    found: list[str] = []

    def fail() -> None:
        with pytest.raises(sa.exc.OperationalError) as caught:
            write(engine, "second")
        found.append(str(caught.value.orig))

    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO notes VALUES ('first')"))
        other = threading.Thread(target=fail)
        other.start()
        other.join(30)
    assert found == ["database is locked"]
    write(engine, "third")
    assert notes(engine) == {"first", "third"}
    engine.dispose()
