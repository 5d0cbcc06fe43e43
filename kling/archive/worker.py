"""The work of the archive in the background: find what there is to keep, copy it, delete it when its time has come.

What is to be done stands in the database alone, so a process that is killed leaves nothing half done that the next one
does not see. Whatever goes wrong here, orders go on.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from kling.archive import finding
from kling.archive.bin import Bin
from kling.archive.claims import SECONDS, Claims
from kling.archive.copying import Client, Copying, NoRoom, Stopped
from kling.archive.files import StorageFault
from kling.archive.service import Archive
from kling.errors import KlingError

DAY = 86_400.0
PAGE = 200
LEFTOVER_SECONDS = 9 * DAY
"""Seconds after which nobody goes on with a file that came in part."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How patient the worker is, in seconds."""

    looks: float = 5.0
    """From one look for something to do to the next."""
    fault: float = 30.0
    """After a fault of the database or the place, or while there is no room."""
    backoff: float = 15.0
    """Before the second try of a result."""
    copies: int = 2
    """Results that are copied at a time."""


class Worker:
    """Copies in threads of its own. `clients(account)` gives the client of an account and may wait for the network;
    `seen()` the tasks in the shared lists by account, where those of others are to be kept too."""

    def __init__(
        self,
        archive: Archive,
        clients: Callable[[str], Client],
        *,
        seen: Callable[[], Iterable[tuple[str, Iterable[finding.Seen]]]] = tuple,
        days: int | None = None,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._archive = archive
        self._seen = seen
        self._days = days
        self._in_hand: set[str] = set()
        self._pace = pace or Pace()
        self._clock = clock
        self._stopping = threading.Event()
        self._found = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._claims = Claims(archive.repository, archive.files.spool, clock)
        self._copying = Copying(
            self._claims, archive.files, clients, archive.room, self._stopping.is_set, clock, self._pace.backoff
        )
        self._tidied_at: float | None = None

    def start(self) -> None:
        """Begin, and end with the process. A second time changes nothing."""
        if not self._threads:
            work = [("find", self._find), *((f"copy-{n}", self._copy) for n in range(self._pace.copies))]
            self._threads = [
                threading.Thread(target=self._without_fail, args=(each,), name=f"kling-archive-{name}", daemon=True)
                for name, each in work
            ]
            for thread in self._threads:
                thread.start()

    def stop(self) -> None:
        """Leave off; what has come so far is used by whoever starts next."""
        self._stopping.set()
        self._wake()
        for thread in self._threads:
            thread.join(10)
        self._claims.lock.release()

    def _wake(self) -> None:
        with self._found:
            self._found.notify_all()

    def _without_fail(self, work: Callable[[], float]) -> None:
        """Again and again; `work` says how many seconds to wait before the next time."""
        while not self._stopping.is_set():
            try:
                wait = work()
            except Stopped:
                return
            except NoRoom:
                wait = self._pace.fault  # the page says so
            except (SQLAlchemyError, KlingError, StorageFault, OSError) as fault:
                log.warning("The archive waits: %s", getattr(fault, "orig", None) or type(fault).__name__)
                wait = self._pace.fault
            except Exception:
                log.exception("the archive met a fault and goes on")
                wait = self._pace.fault
            if wait and not self._stopping.is_set():
                with self._found:
                    self._found.wait(wait)

    def _find(self) -> float:
        self._archive.repository.store.open()
        if self._tidied_at is None:
            self._claims.lock.hold()
            self._tidied_at = self._clock() - DAY + 60.0  # not in the first minute
        self._claims.free_those_of_the_dead()
        if self._in_hand:
            self._claims.renew(list(self._in_hand))
        count = finding.note_orders(self._archive.repository, self._clock())
        for account, tasks in self._seen():
            count += finding.note_tasks(self._archive.repository, account, tasks, self._clock())
        if count:
            self._wake()
        if self._clock() - self._tidied_at >= DAY:
            self._tidied_at = self._clock()
            self._tidy()
        return min(self._pace.looks, SECONDS / 4)

    def _copy(self) -> float:
        if self._tidied_at is None:
            return self._pace.looks / 4  # the database is opened first
        if not self._claims.is_any_due():
            return self._pace.looks
        whole = None if self._archive.room(0).problem else self._claims.take()
        if whole is None:
            return self._pace.looks
        self._in_hand.add(whole.result.task_id)
        try:
            self._copying.copy(whole)
        finally:
            self._in_hand.discard(whole.result.task_id)
        return 0.0

    def _tidy(self) -> None:
        """Delete for good what has been in the bin for long, and what is older than results may get here."""
        thrown_away = Bin(self._archive, self._clock)
        thrown_away.empty()
        if self._days is not None:
            old = self._archive.repository.older_than(self._clock() - self._days * DAY)
            for start in range(0, len(old), PAGE):
                thrown_away.delete(old[start : start + PAGE])
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """What has come of files that nobody fetches any more."""
        for path in self._archive.files.spool.glob("*"):
            with suppress(OSError):
                if path.suffix in (".part", ".lock") and path.stat().st_mtime < time.time() - LEFTOVER_SECONDS:
                    path.unlink()
