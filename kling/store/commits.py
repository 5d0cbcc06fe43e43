"""Whether anything was committed since a moment, so that what was read then need not be read again."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kling.store.engine import sqlite_file

Version = tuple[int, int]


class Commits:
    """SQLite knows by itself, from memory that all processes share, whether others have written to the file since this
    connection asked last. PostgreSQL would have to be asked over the network, which is what reading costs too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._can_tell = sqlite_file(engine) is not None
        self._lock = threading.Lock()
        self._watching: Connection | None = None
        self._connections = 0

    def version(self) -> Version | None:
        """Another one after every commit of anybody but `unnoticed`; None where it cannot be told at the moment."""
        if not self._can_tell or not self._lock.acquire(blocking=False):
            return None
        try:
            asked = self._connection().connection.dbapi_connection
            assert isinstance(asked, sqlite3.Connection)
            [(number,)] = asked.execute("PRAGMA data_version").fetchall()
            return self._connections, number
        except (sa.exc.SQLAlchemyError, sqlite3.Error):
            self._close()
            return None
        finally:
            self._lock.release()

    @contextmanager
    def unnoticed(self) -> Iterator[Connection]:
        """A transaction that this process's `version` does not tell of, because its connection made it."""
        if not self._can_tell:
            with self._engine.begin() as connection:
                yield connection
            return
        with self._lock:
            try:
                with self._connection().begin():
                    yield self._connection()
            except BaseException:
                self._close()
                raise

    def close(self) -> None:
        """Let go of the connection; the next use makes another."""
        with self._lock:
            self._close()

    def _connection(self) -> Connection:
        if self._watching is None:
            self._watching = self._engine.connect()
            self._connections += 1
        return self._watching

    def _close(self) -> None:
        watching, self._watching = self._watching, None
        if watching is not None:
            with suppress(sa.exc.SQLAlchemyError, sqlite3.Error):
                watching.close()
