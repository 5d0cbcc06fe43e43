"""What stands in a database, read past everything that the dashboard does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command

from kling.store import Store, upgrade
from tests.databases import Database

BEFORE = "d790ec7"
"""The commit of which there is a dump."""
CHANGED = (
    "was_silent",
    "doubt",
    "turn",
    "attempts",
    "known_tasks",
    "price",
    "passed_at",
    "project",
    "picture_key",
    "paused_at",
)
"""Columns that came or went since."""


@contextmanager
def opened(database: Database) -> Iterator[Store]:
    store = Store(database.url)
    try:
        store.open()
        yield store
    finally:
        store.close()


def rows_in(database: Database) -> list[Mapping[str, Any]]:
    """Every order, read past everything the dashboard does."""
    engine = sa.create_engine(database.url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        found = connection.execute(sa.text("SELECT * FROM kling_orders ORDER BY service, id"))
        return [{name: value for name, value in row.items() if name not in CHANGED} for row in found.mappings()]


def tables_in(database: Database) -> set[str]:
    engine = sa.create_engine(database.url.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    return set(sa.inspect(engine).get_table_names())


def is_up_to_date(store: Store) -> bool:
    """Raises when a table is not what `tables` says."""
    with store.engine.connect() as connection:
        upgrade.run_alembic(connection, command.check)
        return upgrade.version_of(connection) == upgrade.scripts().get_current_head()


def bytes_in(folder: Path) -> dict[str, bytes]:
    """What is in a folder, but for SQLite's index of a write ahead, which holds no data."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
