"""Whatever has begun and not ended has a worker: the table and those who are alive, compared again and again."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

from kling.orders.context import Context
from kling.orders.rows import Row


class Supervisor:
    """Takes over what a dead worker had in hand, and what nobody carries on; `begin(order_id, run)` starts its work.

    DBOS is not asked: a workflow of it may be there and have ended by a fault.
    """

    def __init__(self, context: Context, begin: Callable[[str, int], None]) -> None:
        self._context = context
        self._begin = begin
        self._idle: set[tuple[str, int]] = set()
        """Orders in our own hands without a workflow, when last seen: it may have been about to begin."""
        self._lock: int | None = None

    def look_after(self) -> None:
        """Say that this worker is alive, and see to what is without one. Raises what the database raises."""
        context = self._context
        context.workers.heartbeat(context.me)
        context.fault = None
        ages, owned = context.workers.ages(), context.workers.owned()
        dead = {worker for worker in self._others(ages, owned) if self._is_dead(worker, ages.get(worker))}
        for row in owned:
            if self._is_unattended(row, dead):
                self._take(row)
        mine = {(row["id"], row["run"]) for row in owned if row["worker"] == context.me}
        self._idle = {(order_id, run) for order_id, run in mine if context.active.get(order_id) != run}
        for worker in dead:
            context.workers.leave(worker)
            self._lock_path(worker).unlink(missing_ok=True)

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
        lock = self._lock_path(worker)
        if lock.exists() and fcntl is not None:
            return _is_free(lock)
        return age is None or age > self._context.pace.dead

    def hold_lock(self) -> None:
        """So that others on this machine see at once when this process has ended. `OSError` where it cannot be."""
        path = self._lock_path(self._context.me)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(path, os.O_CREAT | os.O_RDWR)
        if fcntl is not None:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release_lock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            with suppress(OSError):
                self._lock_path(self._context.me).unlink(missing_ok=True)

    def _lock_path(self, worker: str) -> Path:
        return self._context.folder / f"{worker}.worker"


def _is_free(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
