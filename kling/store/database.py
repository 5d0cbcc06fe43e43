"""The database that the dashboard opens: up to date before its first use."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.errors import NotConfigured
from kling.store.commits import Commits, Version
from kling.store.engine import UNUSABLE, lock, open_engine, without_sync
from kling.store.upgrade import bring_up_to_date


class Store:
    """The database of a setting. Thread-safe; several processes may open the same one at once.

    `NotConfigured` for an address that is neither SQLite nor PostgreSQL.
    """

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self.engine_without_sync = without_sync(self.engine)
        self._commits = Commits(self.engine_without_sync)
        self._opening = threading.Lock()
        self._is_open = False

    def open(self) -> None:
        """Bring the database up to date before its first use; a second time changes nothing.

        `NotConfigured` with a sentence when it cannot be had, or is from a newer version.
        """
        with self._opening:
            if self._is_open:
                return
            try:
                bring_up_to_date(self.engine)
            except (sa.exc.SQLAlchemyError, OSError):
                raise NotConfigured(UNUSABLE) from None
            self._is_open = True

    def version(self) -> Version | None:
        """The same as before only while nothing was committed, by whichever process; None where nobody can tell."""
        return self._commits.version() if self._is_open else None

    def unnoticed(self) -> AbstractContextManager[Connection]:
        """A transaction after which `version` is as before: for what this process need not read, its heartbeat.

        Nor need the disk be waited for: it is told again soon.
        """
        return self._commits.unnoticed()

    @contextmanager
    def alone(self, what: str) -> Iterator[Connection]:
        """A transaction, the only one of all processes for this matter."""
        with self.engine.begin() as connection:
            lock(connection, what)
            yield connection

    def close(self) -> None:
        """Let go of every connection; the next use makes new ones.

        One that a thread still reads with is closed as soon as it is given back, not left to the garbage collector.
        """
        self._commits.close()
        sa.event.listen(self.engine.pool, "checkin", lambda _, record: record.invalidate())
        self.engine.dispose()
