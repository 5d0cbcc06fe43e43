"""The bin: what is deleted stays in it for a while, and can be put back. What leaves it is gone for good.

Of a result deleted for good the row stays for a while, with nothing in it but its number: else its task, which Kling
still lists or an order still names, would be copied once more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.archive.files import StorageFault, name_of
from kling.archive.records import PARTS, ArchiveFile, star_key
from kling.archive.service import Archive
from kling.errors import InvalidInput
from kling.store.names import NOT_KEPT
from kling.store.tables import favourites, files, result_tags, shares
from kling.store.tables import results as table

DAY = 86_400.0
KEPT_DAYS = 30
REMEMBERED_DAYS = 90
EMPTY: dict[str, Any] = {
    "person": "", "order_id": None, "title": "", "prompt": "", "motion": "", "motion_name": "", "picture_key": "",
    "reason": "", "project": None, "worker": None, "worker_until": None,
    "settings": "{}", "task": "{}", **dict.fromkeys(PARTS),
}  # fmt: skip
log = logging.getLogger(__name__)


class Bin:
    """The bin of one service. Thread-safe; `InvalidInput` with a sentence where something cannot be kept."""

    def __init__(self, archive: Archive, clock: Callable[[], float] = time.time) -> None:
        self._archive = archive
        self._store = archive.repository.store
        self._service = archive.repository.service
        self._clock = clock

    def put_in(self, task_ids: Sequence[str], person: str) -> list[str]:
        """Returns those that were not in it before."""
        chosen = sa.update(table).where(self._those(task_ids), table.c.binned_at.is_(None))
        with self._changing() as connection:
            changed = chosen.values(binned_at=self._clock(), binned_by=person).returning(table.c.task_id)
            return list(connection.scalars(changed))

    def put_back(self, task_ids: Sequence[str]) -> None:
        chosen = sa.update(table).where(self._those(task_ids), table.c.state != "deleted")
        with self._changing() as connection:
            connection.execute(chosen.values(binned_at=None, binned_by=None))

    def delete(self, task_ids: Sequence[str]) -> list[str]:
        """Delete results for good, in the bin or not, and the files that no other result needs; returns those deleted.

        A file that cannot be reached now is left behind: `python -m kling.archive check` finds it.
        """
        with self._changing() as connection:
            found = connection.execute(self._parts(task_ids)).mappings().all()
            gone = [row["task_id"] for row in found]
            self._forget(connection, gone)
            unused = self._take_unused(connection, {row[part] for row in found for part in PARTS if row[part]})
        for file in unused:
            self._delete_file(file)
        return gone

    def empty(self) -> int:
        """Delete what has been in it for so long, and forget what was deleted long ago; returns how many went."""
        now = self._clock()
        old = sa.select(table.c.task_id).where(
            self._ours(), table.c.state != "deleted", table.c.binned_at < now - KEPT_DAYS * DAY
        )
        with self._changing() as connection:
            long_ago = sa.and_(table.c.state == "deleted", table.c.binned_at < now - REMEMBERED_DAYS * DAY)
            connection.execute(sa.delete(table).where(self._ours(), long_ago))
            connection.execute(sa.delete(shares).where(shares.c.expires_at < now - KEPT_DAYS * DAY))
        self._store.open()
        with self._store.engine.connect() as connection:
            due = list(connection.scalars(old))
        return len(self.delete(due)) if due else 0

    def _forget(self, connection: Connection, task_ids: Sequence[str]) -> None:
        now = self._clock()
        blank = sa.update(table).where(self._those(task_ids))
        connection.execute(blank.values(**EMPTY, state="deleted", binned_at=now, binned_by=None))
        for other in (result_tags, shares):
            connection.execute(sa.delete(other).where(other.c.service == self._service, other.c.task_id.in_(task_ids)))
        stars = [star_key(task_id) for task_id in task_ids]
        connection.execute(
            sa.delete(favourites).where(favourites.c.service == self._service, favourites.c.key.in_(stars))
        )

    def _take_unused(self, connection: Connection, hashes: set[str]) -> list[ArchiveFile]:
        """Those of the files that nothing needs any more; their rows are gone."""
        needed: set[str | None] = set()
        for part in PARTS:
            needed |= set(connection.scalars(sa.select(table.c[part]).where(table.c[part].in_(hashes)).distinct()))
        chosen = files.c.hash.in_(hashes - needed)
        unused = [ArchiveFile(**row) for row in connection.execute(sa.select(files).where(chosen)).mappings()]
        connection.execute(sa.delete(files).where(chosen))
        return unused

    def _delete_file(self, file: ArchiveFile) -> None:
        """Each under the lock that a file is kept under: somebody may have come to need it meanwhile."""
        with self._changing() as connection:
            if connection.execute(sa.select(files.c.hash).where(files.c.hash == file.hash)).first():
                return
            try:
                self._archive.files.delete(name_of(file))
            except StorageFault as fault:
                log.warning("A file of a deleted result is left in the archive (%s)", fault)

    def _parts(self, task_ids: Sequence[str]) -> sa.Select[Any]:
        columns = (table.c.task_id, *(table.c[part] for part in PARTS))
        return sa.select(*columns).where(self._those(task_ids), table.c.state != "deleted")

    def _ours(self) -> sa.ColumnElement[bool]:
        return table.c.service == self._service

    def _those(self, task_ids: Sequence[str]) -> sa.ColumnElement[bool]:
        return sa.and_(self._ours(), table.c.task_id.in_(task_ids))

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        try:
            self._store.open()
            with self._store.alone("kling results") as connection:
                yield connection
        except sa.exc.SQLAlchemyError:
            raise InvalidInput(NOT_KEPT, "name") from None
