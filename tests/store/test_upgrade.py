"""A database of any age is brought up to date, whole or not at all; a newer one is left alone."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic import command

from kling.errors import NotConfigured
from kling.orders.holds import Holds
from kling.orders.records import ENDED, LIVE
from kling.orders.repository import Repository
from kling.orders.workers import Workers
from kling.store import MotionNames, Store, upgrade
from kling.store.tables import metadata
from tests.databases import Database
from tests.store.contents import BEFORE, bytes_in, is_up_to_date, opened, rows_in, tables_in

SERVICES = ("https://api.useapi.net/v1/kling", "practice")
LATER = ("granted", "held")
"""Steps that the code of that commit did not know."""
STEPS = {f"order {n}": step for n, step in enumerate((s for s in (*LIVE, *ENDED) if s not in LATER), 1)}
NO_INDEX = "DROP INDEX kling_orders_by_person"


def test_the_migrations_make_exactly_the_tables_there_are(database: Database) -> None:
    with opened(database) as store:
        assert is_up_to_date(store)
    assert tables_in(database) == {*metadata.tables, upgrade.VERSION_TABLE}


def test_a_database_of_earlier_code_opens_with_every_order_in_it(database: Database) -> None:
    database.load(BEFORE)
    before = rows_in(database)
    assert len(before) == len(SERVICES) * len(STEPS)
    with opened(database) as store:
        assert is_up_to_date(store)
        for service in SERVICES:
            book = Repository(store, service)
            assert {row["id"]: row["step"] for row in book.find()} == STEPS
            assert json.loads(book.find()[0]["body"]) == {"prompt": "two 'quotes'", "workId": 2**53 + 1}
            assert Holds(book, 10.0).all().keys() == {"team@example.com"}
            assert Workers(book).ages().keys() == {"worker-1"}
    assert rows_in(database) == before


def test_one_from_before_the_index_by_person_gets_it(database: Database) -> None:
    database.load(BEFORE)
    database.run(NO_INDEX)
    with opened(database) as store:
        assert is_up_to_date(store)
        assert len(rows_in(database)) == len(SERVICES) * len(STEPS)


def test_opening_again_changes_nothing(sqlite: Database) -> None:
    with opened(sqlite):
        pass
    before = bytes_in(sqlite.path.parent)
    with opened(sqlite):
        pass
    assert bytes_in(sqlite.path.parent) == before


# From a newer version


def make_newer(database: Database) -> None:
    with opened(database):
        pass
    database.run("UPDATE kling_version SET version_num = '9999'")


def test_a_newer_one_is_refused_with_a_sentence(database: Database) -> None:
    make_newer(database)
    with pytest.raises(NotConfigured, match="newer version") as caught, opened(database):
        pass
    assert "KLING_DATABASE_URL" in str(caught.value)


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_newer_file_is_left_alone_byte_for_byte(sqlite: Database, journal: str) -> None:
    make_newer(sqlite)
    sqlite.run(f"PRAGMA journal_mode={journal}")
    # As a killed process leaves it: what it wrote last is in the write ahead only.
    with closing(sqlite3.connect(sqlite.path)) as keeps_open:
        keeps_open.executescript("CREATE TABLE kling_newer (x); INSERT INTO kling_newer VALUES (1)")
        before = bytes_in(sqlite.path.parent)
        with pytest.raises(NotConfigured, match="newer version"), opened(sqlite):
            pass
        assert bytes_in(sqlite.path.parent) == before


# The copy


def copies_of(database: Database) -> list[Path]:
    return [path for path in database.path.parent.iterdir() if not path.name.startswith(database.path.name)]


def test_a_file_is_copied_before_it_is_changed(sqlite: Database, caplog: pytest.LogCaptureFixture) -> None:
    sqlite.load(BEFORE)
    before = rows_in(sqlite)
    sqlite.run("PRAGMA journal_mode=WAL")
    with closing(sqlite3.connect(sqlite.path)) as keeps_open:  # so that something is in the write ahead only
        keeps_open.execute("UPDATE kling_orders SET title = 'last word'")
        keeps_open.commit()
        with opened(sqlite):
            pass
    [copy] = copies_of(sqlite)
    assert copy.name == "orders.unversioned.sqlite"
    assert str(copy) in caplog.text
    copied = Database("sqlite", f"sqlite:///{copy}")
    assert rows_in(copied) == [{**row, "title": "last word"} for row in before]
    assert not tables_in(copied) & {"kling_version", "kling_favourites"}


def test_it_is_named_with_the_revision_it_has(sqlite: Database) -> None:
    older = sa.create_engine(sqlite.url)
    with older.begin() as connection:
        upgrade.run_alembic(connection, lambda config: command.upgrade(config, "0001"))
    older.dispose()
    with opened(sqlite) as store:
        assert is_up_to_date(store)
    assert [path.name for path in copies_of(sqlite)] == ["orders.0001.sqlite"]


def test_a_new_database_has_nothing_to_lose(sqlite: Database) -> None:
    with opened(sqlite):
        pass
    assert copies_of(sqlite) == []


def test_without_a_copy_nothing_is_changed(sqlite: Database, caplog: pytest.LogCaptureFixture) -> None:
    sqlite.load(BEFORE)
    before = tables_in(sqlite)
    (sqlite.path.parent / "orders.unversioned.sqlite").mkdir()
    with pytest.raises(NotConfigured, match=r"copy .* did not succeed"), opened(sqlite):
        pass
    assert tables_in(sqlite) == before
    assert "No copy of the database could be made" in caplog.text


# What cannot be had


def test_a_migration_that_fails_leaves_everything_and_says_so(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    database.load(BEFORE)
    database.run("CREATE TABLE kling_favourites (x INTEGER)")
    before = tables_in(database)
    with pytest.raises(NotConfigured, match="could not be brought up to date"), opened(database):
        pass
    assert tables_in(database) == before
    assert "already exists" in caplog.text


def test_a_user_who_may_create_no_table_is_told_so(postgresql: Database, caplog: pytest.LogCaptureFixture) -> None:
    name = postgresql.url.rsplit("/", 1)[1]
    postgresql.run(f"CREATE ROLE guest_{name} LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    guest = Database("postgresql", postgresql.url.replace("kling@", f"guest_{name}@"))
    with pytest.raises(NotConfigured, match="may not create tables"), opened(guest):
        pass
    assert "permission denied" in caplog.text


def test_a_file_that_is_no_database_is_a_sentence_and_left_alone(sqlite: Database) -> None:
    sqlite.path.write_text("somebody's letter, long enough to be taken for a page of a database" * 20)
    before = bytes_in(sqlite.path.parent)
    with pytest.raises(NotConfigured, match="cannot be opened"), opened(sqlite):
        pass
    assert bytes_in(sqlite.path.parent) == before


def test_it_is_tried_again_once_the_database_is_there(postgres_server: str) -> None:
    store = Store(postgres_server.removesuffix("postgres") + "made_later")
    with pytest.raises(NotConfigured, match="cannot be opened"):
        store.open()
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute("CREATE DATABASE made_later")
    store.open()
    assert MotionNames(store, "kling").all() == {}
    store.close()


def test_an_address_relative_to_the_folder_one_is_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with opened(Database("sqlite", "sqlite:///.data/orders.sqlite")) as store:
            assert is_up_to_date(store)
    assert (tmp_path / ".data" / "orders.sqlite").is_file()


def test_a_password_is_in_no_sentence_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NotConfigured) as caught:
        Store("postgresql://me:s3cret@127.0.0.1:1/x").open()
    assert "s3cret" not in str(caught.value) + caplog.text
