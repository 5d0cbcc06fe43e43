"""Who copies which result: one process each, for as long as it says that it is at it.

A worker on this machine also holds a lock until its process ends: what a killed one had in hand is free at once.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kling.archive.records import ArchiveFile, Part, WholeResult, whole_from_row
from kling.archive.repository import Repository
from kling.store import lock, worker_lock
from kling.store.tables import files, results
from kling.store.worker_lock import WorkerLock

SECONDS = 60.0
"""How long a claim holds that is not renewed."""

# Made once, as they are asked every few seconds: to make them costs as much as what they ask.
_of_service: sa.BindParameter[str] = sa.bindparam("of_service")
_now: sa.BindParameter[float] = sa.bindparam("now")
_DUE = sa.and_(
    results.c.service == _of_service,
    results.c.state == "waiting",
    sa.or_(results.c.not_before.is_(None), results.c.not_before <= _now),
    sa.or_(results.c.worker.is_(None), results.c.worker_until < _now),
)
_FIRST_DUE = sa.select(results.c.task_id).where(_DUE).order_by(results.c.tries, results.c.finished_at).limit(1)
_WORKERS = sa.select(results.c.worker).where(results.c.service == _of_service, results.c.worker.is_not(None)).distinct()


class ClaimLost(Exception):  # noqa: N818 - as the house names its errors
    """The result is another worker's by now, or it was deleted: what this one has of it is of no account."""


class Claims:
    """The claims of one worker. Thread-safe. Raises what the database raises."""

    def __init__(self, repository: Repository, spool: Path, clock: Callable[[], float] = time.time) -> None:
        self.me = uuid.uuid4().hex
        self._repository = repository
        self._spool = spool
        self._clock = clock
        self.lock = WorkerLock(spool, self.me)

    def is_any_due(self) -> bool:
        """Whether there is a result to take: mostly not."""
        return self._first_due(self._clock()) is not None

    def take(self) -> WholeResult | None:
        """The next result that is due and nobody's, now ours; None when there is none."""
        now = self._clock()
        task_id = self._first_due(now)
        if task_id is None:
            return None
        asked = {"of_service": self._repository.service, "now": now}
        claim = {"worker": self.me, "worker_until": now + SECONDS}
        chosen = sa.update(results).where(_DUE, results.c.task_id == task_id).values(**claim)
        with self._repository.store.engine.begin() as connection:
            taken = connection.execute(chosen, asked)
            if not taken.rowcount:
                return None  # another one was quicker; there may be more
            row = connection.execute(sa.select(results).where(self._repository.is_result(task_id))).mappings().one()
            return whole_from_row(row)

    def _first_due(self, now: float) -> str | None:
        with self._repository.store.engine.connect() as connection:
            return connection.scalar(_FIRST_DUE, {"of_service": self._repository.service, "now": now})

    def renew(self, task_ids: Collection[str]) -> None:
        """We are still at these."""
        mine = sa.and_(self._repository.mine(), results.c.worker == self.me, results.c.task_id.in_(task_ids))
        with self._repository.store.engine.begin() as connection:
            connection.execute(sa.update(results).where(mine).values(worker_until=self._clock() + SECONDS))

    def free_those_of_the_dead(self) -> None:
        """What workers of this machine had in hand whose process has ended."""
        with self._repository.store.engine.connect() as connection:
            found = connection.scalars(_WORKERS, {"of_service": self._repository.service})
            workers = [worker for worker in found if worker and worker != self.me]
        for worker in (each for each in workers if worker_lock.has_ended(self._spool, each)):
            with self._repository.store.engine.begin() as connection:
                connection.execute(sa.update(results).where(results.c.worker == worker).values(worker=None))
            worker_lock.forget(self._spool, worker)

    def keep(self, task_id: str, part: Part, file: ArchiveFile, is_there: Callable[[], bool], **facts: Any) -> None:
        """A part of a result is kept from now on. `ClaimLost` when it is not ours, or the file was deleted just now."""
        with self._repository.store.engine.begin() as connection:
            lock(connection, "kling results")
            known = connection.scalar(sa.select(files.c.hash).where(files.c.hash == file.hash))
            if not is_there():
                raise ClaimLost
            if known is None:
                row = {"hash": file.hash, "size": file.size, "content_type": file.content_type}
                connection.execute(sa.insert(files), {**row, "stored_at": self._clock()})
            self._change(connection, task_id, {part: file.hash, **facts})

    def end(self, task_id: str, **changes: Any) -> None:
        """Let go of a result, with what became of it."""
        with self._repository.store.engine.begin() as connection, suppress(ClaimLost):
            self._change(connection, task_id, {"worker": None, "worker_until": None, **changes})

    def note_task(self, task_id: str, task_json: str) -> None:
        """The task as it is by now, with links signed anew."""
        with self._repository.store.engine.begin() as connection:
            self._change(connection, task_id, {"task": task_json})

    def _change(self, connection: sa.Connection, task_id: str, changes: Mapping[str, Any]) -> None:
        mine = sa.and_(self._repository.is_result(task_id), results.c.worker == self.me)
        if not connection.execute(sa.update(results).where(mine).values(**changes)).rowcount:
            raise ClaimLost
