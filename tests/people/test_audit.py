"""The trail is added to and read, kept for a year, and changed by nobody; on both kinds of database."""

from __future__ import annotations

import logging
import sqlite3
import time

import pytest
import sqlalchemy as sa

from kling.people import AuditTrail, Event
from kling.people.audit import LONGEST, as_csv
from kling.store import Store
from tests.databases import Database

DAY = 86_400.0


def test_events_come_newest_first_and_nobody_changes_them(database: Database) -> None:
    store = Store(database.url)
    trail = AuditTrail(store)
    trail.note("ann@x.y", "ordered", "order 1", "10.0.0.1")
    trail.note("ann@x.y", "cancelled", "order 1")
    assert [(event.what, event.address) for event in trail.latest()] == [("cancelled", ""), ("ordered", "10.0.0.1")]
    assert len(trail.latest(1)) == 1
    for change in ("UPDATE kling_audit SET person = 'bob@x.y'", "DELETE FROM kling_audit"):
        with pytest.raises(sa.exc.DBAPIError, match="only added to"), store.engine.begin() as connection:
            connection.exec_driver_sql(change)
    assert [event.person for event in trail.latest()] == ["ann@x.y", "ann@x.y"]
    store.close()


def test_what_is_older_than_a_year_goes(database: Database) -> None:
    store, now = Store(database.url), time.time()
    for age in (400, 300):
        AuditTrail(store, lambda age=age: now - age * DAY).note("ann@x.y", "named", f"{age} days ago")  # type: ignore[misc]
    AuditTrail(store).note("ann@x.y", "named", "today")
    assert [event.about for event in AuditTrail(store).latest()] == ["today", "300 days ago"]
    store.close()


def test_what_cannot_be_kept_holds_nobody_up(sqlite: Database, caplog: pytest.LogCaptureFixture) -> None:
    sqlite.path.mkdir()
    with caplog.at_level(logging.ERROR):
        AuditTrail(Store(sqlite.url)).note("ann@x.y", "ordered")
    assert "Not kept in the audit trail" in caplog.text


def test_what_is_kept_is_not_said_to_be_lost_where_old_entries_stay(
    sqlite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(sqlite.url)

    def refuse_deletions(*told: object) -> None:
        if str(told[2]).startswith("DELETE"):
            raise sqlite3.OperationalError("database is locked")

    sa.event.listen(store.engine, "before_cursor_execute", refuse_deletions)
    trail = AuditTrail(store)
    trail.note("ann@x.y", "ordered", "order 1")
    assert [event.about for event in trail.latest()] == ["order 1"]
    assert "Not kept" not in caplog.text
    assert "older than a year" in caplog.text
    store.close()


def test_an_entry_is_one_short_line_and_no_formula(sqlite: Database) -> None:
    store = Store(sqlite.url)
    trail = AuditTrail(store)
    trail.note("ann@x.y", "named", "=HYPERLINK(1)\r\n\x1b[31m" + "x" * 500)
    [event] = trail.latest()
    assert event.about.isprintable()
    assert len(event.about) == LONGEST
    assert b"'=HYPERLINK" in as_csv([event])
    assert as_csv([Event(0.0, "ann@x.y", "named", "", "::1")]).decode("utf-8-sig").splitlines() == [
        "When (UTC),Who,What,About,From", "1970-01-01 00:00:00,ann@x.y,named,,::1",
    ]  # fmt: skip
    store.close()
