"""Whatever has begun and not ended has a worker: the table and those who are alive, compared again and again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from kling.orders.context import Context
from kling.orders.rows import Row
from kling.store import worker_lock
from kling.store.worker_lock import WorkerLock


class Supervisor:
    """Takes over what a dead worker had in hand, and what nobody carries on; `begin(order_id, run)` starts its work.

    DBOS is not asked: a workflow of it may be there and have ended by a fault.
    """

    def __init__(self, context: Context, begin: Callable[[str, int], None]) -> None:
        self._context = context
        self._begin = begin
        self._idle: set[tuple[str, int]] = set()
        """Orders in our own hands without a workflow, when last seen: it may have been about to begin."""
        self._nobody_else_at: Hashable | None = None
        """The version of the database in which there was no other worker, and nothing in hand."""
        self.lock = WorkerLock(context.folder, context.me)

    def look_after(self) -> None:
        """Say that this worker is alive, and see to what is without one. Raises what the database raises."""
        context = self._context
        context.workers.heartbeat(context.me)
        context.fault = None
        version = context.repository.store.version()
        if version is not None and version == self._nobody_else_at:
            return
        ages, owned = context.workers.ages(), context.workers.owned()
        dead = {worker for worker in self._others(ages, owned) if self._is_dead(worker, ages.get(worker))}
        for row in owned:
            if self._is_unattended(row, dead):
                self._take(row)
        mine = {(row["id"], row["run"]) for row in owned if row["worker"] == context.me}
        self._idle = {(order_id, run) for order_id, run in mine if context.active.get(order_id) != run}
        self._nobody_else_at = None if owned or self._others(ages, owned) else version
        for worker in dead:
            context.workers.leave(worker)
            worker_lock.forget(context.folder, worker)

    def _others(self, ages: Mapping[str, float], owned: list[Row]) -> set[str]:
        return {*ages, *(row["worker"] for row in owned if row["worker"])} - {self._context.me}

    def _is_unattended(self, row: Row, dead: set[str]) -> bool:
        if row["worker"] == self._context.me:
            key = (row["id"], row["run"])
            return self._context.active.get(row["id"]) != row["run"] and key in self._idle
        return row["worker"] is None or row["worker"] in dead

    def _take(self, row: Row) -> None:
        run = self._context.workers.take(row, self._context.me, self._context.home)
        if run is not None:
            self._begin(row["id"], run)
        else:
            self._context.queue_moved.set()

    # Alive and dead

    def _is_dead(self, worker: str, age: float | None) -> bool:
        """A worker on this machine holds a lock until its process ends; of others only the heartbeat is known."""
        ended = worker_lock.has_ended(self._context.folder, worker)
        return (age is None or age > self._context.pace.dead) if ended is None else ended
