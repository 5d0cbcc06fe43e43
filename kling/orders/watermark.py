"""A number in the SQLite file, raised with every start and every placing, and the same in a file beside it.

A database that was emptied, or put back from an old copy, has the smaller one: it may lack orders that were paid.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy.engine import Connection

from kling.errors import NotConfigured
from kling.store import Store
from kling.store.engine import sqlite_file


class Watermark:
    """Of one database; PostgreSQL has none, its server sees to its files."""

    def __init__(self, store: Store) -> None:
        self._database = sqlite_file(store.engine)
        self._file = self._database and self._database.with_name(f"{self._database.name}.count")

    def check(self) -> None:
        """`NotConfigured`, naming the copies there are, when the database is older than what was remembered of it."""
        if self._database is None or self._file is None:
            return
        found, remembered = _number_in(self._database), _remembered(self._file)
        if found >= remembered:
            return
        copies = sorted(self._database.parent.glob(f"{self._database.stem}.*{self._database.suffix}"))
        which = ", ".join(copy.name for copy in copies) or "your backup of it"
        raise NotConfigured(
            f"The database {self._database.name} was emptied or is older than when it was last used (state {found} of "
            f"{remembered}). Nothing was begun: orders that were paid may be missing in it. Put the last copy back in "
            f"its place ({which}), or delete {self._file.name} beside it to go on without what is missing."
        )

    def raise_in(self, connection: Connection) -> int:
        """One more, in the transaction that is open; 0 where there is no such number."""
        if self._file is None:
            return 0
        number = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) + 1
        connection.exec_driver_sql(f"PRAGMA user_version = {number}")
        return number

    def remember(self, number: int) -> None:
        """To be called once the transaction is done. Where the disk is full, the number before stays."""
        if self._file is None or not number:
            return
        unfinished = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            unfinished.write_text(str(number))
            unfinished.replace(self._file)
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _number_in(database: Path) -> int:
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
    except sqlite3.Error:
        raise NotConfigured(
            f"The database {database.name} cannot be read: it is damaged or locked. Nothing was begun. See to it, or "
            "put its last copy back in its place."
        ) from None


def _remembered(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0
