"""What a database leaves open when it is closed: nothing."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
import sqlalchemy as sa

from tests.databases import Database
from tests.store.contents import opened


def test_a_connection_still_in_use_at_the_close_ends_with_its_use(database: Database) -> None:
    with opened(database) as store:
        reading = store.engine.connect()
        by_driver = reading.connection.dbapi_connection
        assert by_driver is not None
        store.close()
        assert reading.execute(sa.text("SELECT 1")).scalar() == 1
        reading.close()
        with pytest.raises((psycopg.OperationalError, sqlite3.ProgrammingError), match="closed"):
            by_driver.cursor().execute("SELECT 1")
        with store.engine.connect() as again:
            assert again.execute(sa.text("SELECT 1")).scalar() == 1
