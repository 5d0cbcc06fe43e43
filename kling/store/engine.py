"""The engine of a database, and the lock that several processes share on it."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kling.errors import NotConfigured

UNUSABLE = "The database for orders cannot be opened. Correct KLING_DATABASE_URL, or see whether it runs."
CONNECT_SECONDS = 10
"""How long a PostgreSQL server may take to answer a new connection, where its address says nothing else."""
BUSY_SECONDS = 30.0
"""How long SQLite waits for a lock that somebody else holds."""
SQLITE_PRAGMAS = (f"busy_timeout={BUSY_SECONDS * 1000:.0f}", "foreign_keys=ON", "synchronous=FULL")
_NORMAL = 1
"""SQLite's number for `synchronous=NORMAL`."""


def open_engine(url: str) -> Engine:
    """The database of a setting: SQLite or PostgreSQL. Nothing is connected yet.

    `NotConfigured` for an address that is neither.
    """
    try:
        address = sa.make_url(url)
        return _postgresql(address) if address.get_backend_name() == "postgresql" else _sqlite(address)
    except (sa.exc.SQLAlchemyError, ImportError, OSError):
        # The reason would tell the address, and with it the password.
        raise NotConfigured(UNUSABLE) from None


def without_sync(engine: Engine) -> Engine:
    """The same database and connections, for what may be done again.

    A commit is seen by everybody and survives the process at once; a loss of power it survives from the next commit of
    `engine` on, with everything before it. SQLite alone lets nobody else write while one waits for the disk.
    """
    return engine.execution_options(is_durable=False)


def lock(connection: Connection, what: str) -> None:
    """Keep other processes out of the same matter until the end of the transaction. SQLite does it with any."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:what))"), {"what": what})
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def sqlite_file(engine: Engine) -> Path | None:
    """The file of the database; None for PostgreSQL, and for one in memory."""
    name = engine.url.database
    is_file = engine.dialect.name == "sqlite" and name and name != ":memory:"
    return Path(name).absolute() if is_file and name else None


def _postgresql(address: sa.URL) -> Engine:
    address = address.set(drivername="postgresql+psycopg")
    if "connect_timeout" not in address.query:
        address = address.update_query_dict({"connect_timeout": str(CONNECT_SECONDS)})
    return sa.create_engine(address, pool_size=20, pool_pre_ping=True)


def _sqlite(address: sa.URL) -> Engine:
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(address, pool_size=20, max_overflow=40)

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        # As DBOS sets up its own; a write ahead lets pages read while an order is written.
        connection.isolation_level = "IMMEDIATE"
        for pragma in SQLITE_PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        _write_ahead(connection)

    sa.event.listen(engine, "engine_connect", _lower_sync)
    sa.event.listen(engine, "checkin", _raise_sync)
    return engine


def _lower_sync(connection: Connection) -> None:
    """For a connection of `without_sync`."""
    if not connection.get_execution_options().get("is_durable", True):
        fairy = connection.connection
        [level] = fairy.cursor().execute("PRAGMA synchronous").fetchone()
        if level > _NORMAL:
            fairy.cursor().execute(f"PRAGMA synchronous={_NORMAL}")
            fairy.info["synchronous"] = level


def _raise_sync(connection: Any, record: Any) -> None:
    """When it is given back: whoever has it next may tell somebody what it wrote."""
    if (level := record.info.pop("synchronous", None)) is not None and connection is not None:
        connection.execute(f"PRAGMA synchronous={level}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Of several that make a new file so at once, SQLite refuses all but one without waiting for its timeout."""
    give_up_at = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > give_up_at:
                raise
            time.sleep(0.02)


def _is_busy(error: sqlite3.Error) -> bool:
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # without what it says beside, as "busy in recovery"
