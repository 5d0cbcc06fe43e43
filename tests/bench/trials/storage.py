"""Storage that is away, locked or full for a while."""

from __future__ import annotations

import sqlite3
import subprocess
import time
from contextlib import closing, suppress
from pathlib import Path

from tests.bench.trials.lists import Case
from tests.bench.trials.processes import SilentError, Worker
from tests.bench.trials.stage import Stage

A_MINUTE_AND_MORE = 70.0
"""Storage is back: who looks every minute has looked by now."""
LOCK_SECONDS = 30.0
"""How long a connection to SQLite waits for a lock."""
DISK = 24 * 1024 * 1024


def database_restarts(stage: Stage) -> None:
    """PostgreSQL away for 1, 1, 5 and 20 s: real ones, as the retries of drivers are no `Pace`."""
    server = stage.postgres()
    worker = stage.worker(database=server.url)
    stage.service.seconds = 2.0
    worker.ask("start")
    stage.place(worker, 48)
    for away in (1, 1, 5, 20):
        time.sleep(stage.chance.uniform(1.0, 3.0))
        server.stop()
        time.sleep(away)
        server.start()
    stage.until_ended(A_MINUTE_AND_MORE)


def locked(seconds: float, count: int) -> Case:
    """Another process writes and does not end; two restarts afterwards, whose outcome is told beside."""

    def play(stage: Stage) -> None:
        worker = stage.worker(lock_seconds=LOCK_SECONDS * stage.scale)
        worker.ask("start")
        stage.place(worker, count)
        stage.wait(lambda: len(stage.service.paid()) >= 3, 20)
        with closing(sqlite3.connect(stage.folder / "data" / "orders.sqlite", isolation_level=None)) as other:
            other.execute("PRAGMA busy_timeout=20000")
            other.execute("BEGIN IMMEDIATE")
            time.sleep(seconds * stage.scale)
            other.execute("ROLLBACK")
        stage.until_ended(A_MINUTE_AND_MORE)
        stage.keep_count()
        _restart_twice(stage, worker)

    return play


def _restart_twice(stage: Stage, worker: Worker) -> None:
    """For those that are stuck: the count stays, what the restarts change is told."""
    before = stage.count().stuck
    for _ in range(2 if before else 0):
        worker = stage.restart(worker, lock_seconds=LOCK_SECONDS * stage.scale)
        stage.until_ended(10.0)
    if before:
        stage.kept, kept = None, stage.kept
        stage.notes.append(f"{before} stuck, after two restarts {stage.count().stuck}")
        stage.kept = kept


def full(stage: Stage) -> None:
    """The data folder has no room for 30 s, with orders in every step; files that stay are told beside."""
    data = stage.folder / "data"
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", data], check=True)
    try:
        _play_full(stage, data)
    finally:
        for each in stage.workers:
            each.kill()
        subprocess.run(["umount", data], check=True)


def _play_full(stage: Stage, data: Path) -> None:
    stage.service.seconds = 10 * stage.scale
    worker = stage.worker()
    worker.ask("start")
    stage.place(worker, 10, files=True)
    stage.wait(lambda: len(stage.service.paid()) >= 2, 20)
    ballast = data / "ballast"
    _fill(ballast)
    time.sleep(10 * stage.scale)
    _place_while_full(stage, worker)
    time.sleep(20 * stage.scale)
    ballast.unlink()
    stage.until_ended(A_MINUTE_AND_MORE)
    stage.keep_count()
    left = [each.name for each in (data / "orders").iterdir() if ".picture" in each.name]
    if left:
        stage.notes.append(f"{len(left)} files of orders are left over")


def _fill(path: Path) -> None:
    """To the last byte."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(b"x" * size)


def _place_while_full(stage: Stage, worker: Worker) -> None:
    """Refusing is right: nobody has placed anything then. Only what was taken counts."""
    try:
        stage.place(worker, 1, files=True)
    except SilentError as said:
        stage.notes.append(f"placing while full: {said}")


RESTARTED = [database_restarts]
LOCKED = [locked(40, 19), locked(60, 19)]
FULL = [full]
