"""The audit trail: who did what, when and from where. It is added to and read, never changed, and kept for a year."""

from __future__ import annotations

import csv
import io
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import sqlalchemy as sa

from kling.cells import harmless
from kling.errors import KlingError
from kling.store import Store
from kling.store.tables import audit as table

What = Literal[
    "signed in", "signed out", "was refused", "ordered", "cancelled", "deleted", "downloaded", "named",
    "chose a task", "gave up", "paused", "resumed", "tagged", "untagged", "moved",
    "binned", "put back", "shared", "took a link back", "opened a link",
    "blocked", "let in again", "changed a role", "changed a budget", "let pass",
]  # fmt: skip
KEPT_SECONDS = 366 * 86_400.0
PURGED_EVERY = 86_400.0
LONGEST = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    at: float
    """Seconds since the epoch."""
    person: str
    """The e-mail address, or the random name of a browser where nobody signs in."""
    what: str
    about: str
    """Numbers and names only: never a prompt, a picture or a token."""
    address: str
    """The network address it came from; empty where nobody knows."""


class AuditTrail:
    """Every event of this dashboard. Thread-safe; several processes may write to the same one."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._purged_at = 0.0

    def note(self, person: str, what: What, about: str = "", address: str | None = None) -> None:
        """Add an event. What cannot be kept goes to the log: nobody is held up by it."""
        event = {
            "at": self._clock(),
            "person": _line(person),
            "what": what,
            "about": _line(about),
            "address": _line(address or ""),
        }
        try:
            self._store.open()
            with self._store.engine.begin() as connection:
                connection.execute(sa.insert(table), event)
        except (sa.exc.SQLAlchemyError, KlingError):
            log.error("Not kept in the audit trail: %s", event)
            return
        self._purge()

    def latest(self, most: int | None = None) -> list[Event]:
        """The newest first. Raises SQLAlchemy's errors where the database does not answer."""
        self._store.open()
        chosen = sa.select(*(table.c[name] for name in Event.__dataclass_fields__)).order_by(table.c.id.desc())
        with self._store.engine.connect() as connection:
            return [Event(*row) for row in connection.execute(chosen.limit(most))]

    def _purge(self) -> None:
        """What is older than a year goes, looked for once a day."""
        now = self._clock()
        with self._lock:
            if now - self._purged_at < PURGED_EVERY:
                return
            self._purged_at = now
        try:
            with self._store.engine.begin() as connection:
                connection.execute(sa.delete(table).where(table.c.at < now - KEPT_SECONDS))
        except sa.exc.SQLAlchemyError:
            log.warning("What is older than a year stays in the audit trail for another day")


def as_csv(events: Iterable[Event]) -> bytes:
    """For a spreadsheet: times of UTC, and no cell that it would take for a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["When (UTC)", "Who", "What", "About", "From"])
    for event in events:
        when = datetime.fromtimestamp(event.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
        writer.writerow([when, *map(harmless, (event.person, event.what, event.about, event.address))])
    return file.getvalue().encode("utf-8-sig")


def _line(text: str) -> str:
    """One line, without what a terminal or a table could take for more than text."""
    return "".join(sign if sign.isprintable() else " " for sign in text)[:LONGEST]
