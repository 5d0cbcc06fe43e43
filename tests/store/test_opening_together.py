"""Several processes that open one database at once, and one that is killed while it brings it up to date."""

from __future__ import annotations

import sqlite3

import pytest
import sqlalchemy as sa

from kling.store import Store
from tests.databases import Database
from tests.programs import Program
from tests.store.contents import BEFORE, is_up_to_date, opened, rows_in, tables_in


def ready_opener(*arguments: str) -> Program:
    """A process that opens the database once its input has a line, or an end."""
    opener = Program("tests.store.opener", *arguments)
    assert opener.output.readline() == "ready\n", "it did not start"
    return opener


@pytest.mark.parametrize("is_old", [True, False], ids=["old", "new"])
def test_several_that_start_at_once_bring_it_up_to_date_once(database: Database, is_old: bool) -> None:
    if is_old:
        database.load(BEFORE)
    openers = [ready_opener(database.url) for _ in range(4)]
    for opener in openers:
        opener.input.write("go\n")
        opener.input.flush()
    said = [opener.end(60).splitlines() for opener in openers]
    assert [lines[-1] for lines in said] == ["open"] * 4
    assert sum("is at revision" in line for lines in said for line in lines) == 1
    with opened(database) as store:
        assert is_up_to_date(store)


def test_a_new_file_that_somebody_writes_to_is_waited_for(sqlite: Database) -> None:
    sqlite.run("CREATE TABLE somebodys (id INTEGER)")
    writer = sqlite3.connect(sqlite.path, isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    tries: list[str] = []

    def let_go_at_the_second(statement: str) -> None:
        tries.extend([statement] * ("journal_mode=WAL" in statement))
        if len(tries) == 2:
            writer.close()

    store = Store(sqlite.url)

    @sa.event.listens_for(store.engine, "do_connect")
    def connect(*_: object) -> sqlite3.Connection:
        connection = sqlite3.connect(sqlite.path, check_same_thread=False)
        connection.set_trace_callback(let_go_at_the_second)
        return connection

    store.open()
    store.close()
    assert len(tries) == 2


def test_killed_in_the_middle_it_is_as_it_was_and_the_next_start_does_it(database: Database) -> None:
    database.load(BEFORE)
    before, tables = rows_in(database), tables_in(database)
    said = ready_opener(database.url, "kling_favourites").end(60).splitlines()
    assert said[-1] == "made kling_favourites"
    assert tables_in(database) == tables
    with opened(database) as store:
        assert is_up_to_date(store)
    assert rows_in(database) == before
