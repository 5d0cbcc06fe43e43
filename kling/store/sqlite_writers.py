"""The writers of this process on one SQLite file, one after the other.

SQLite lets one write at a time and has the others look again after 1, 2, 5 ... 100 ms. With a dozen threads that write
a few milliseconds each, most of their time goes by between two looks; whoever waits for a lock goes on at once.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Self

WRITES = ("insert", "update", "delete", "replace", "begin immediate")
"""How a statement begins that opens a transaction for writing: Python's sqlite3 does so by itself but for the last."""


class WritingCursor(sqlite3.Cursor):
    """What writes waits for its turn first."""

    connection: WritingConnection

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        return self._in_turn(super().execute, sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Self:
        return self._in_turn(super().executemany, sql, parameters)

    def _in_turn(self, execute: Callable[[str, Any], Self], sql: str, parameters: Any) -> Self:
        if sql[:40].lstrip().lower().startswith(WRITES):
            self.connection.begin_turn()
        try:
            return execute(sql, parameters)
        finally:
            self.connection.end_turn()


class WritingConnection(sqlite3.Connection):
    """Keeps its turn from the first statement that writes to the end of the transaction, as SQLite keeps its lock."""

    def __init__(self, *arguments: Any, writers: threading.Lock, patience: float, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._writers = writers
        self._patience = patience
        self._has_turn = False

    def cursor(self, factory: Any = WritingCursor) -> Any:
        return super().cursor(factory)

    def commit(self) -> None:
        try:
            super().commit()
        finally:
            self.end_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._give_up_turn()

    def begin_turn(self) -> None:
        """Wait for the writers before; `sqlite3.OperationalError` after `patience` seconds, as SQLite says it."""
        if self._has_turn:
            return
        if not self._writers.acquire(timeout=self._patience):
            raise sqlite3.OperationalError("database is locked")
        self._has_turn = True

    def end_turn(self) -> None:
        """The next one may write, unless a transaction is still open."""
        if not self.in_transaction:
            self._give_up_turn()

    def _give_up_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._writers.release()
