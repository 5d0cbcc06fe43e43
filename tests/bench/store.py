"""What the store costs: `python -m tests.bench.store [bytes] [start]`.

bytes: what an ended order leaves in SQLite, in our table and in those of DBOS, before and after a purge. start: how
long a start takes with 20,000 ended orders in the database, and how long the purge of them then takes behind it.
The orders are real ones, carried out by DBOS before a Kling in memory; for `start` their rows are multiplied.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from dbos import DBOS

from kling.orders import Orders, workflows
from kling.orders.workflows import purge, workflow_id
from tests.orders.upstream import PICTURE, Kling, orders_of, request

REAL, MANY = 100, 20_000
SERVICE = "test"
DBOS_TABLES = {
    "workflow_status": "workflow_uuid",
    "workflow_input": "workflow_uuid",
    "workflow_output": "workflow_uuid",
    "operation_outputs": "workflow_uuid",
}


def row(what: str, result: str) -> None:
    print(f"{what:<76}{result:>16}", flush=True)


@contextmanager
def without_purge() -> Iterator[None]:
    """So that what is measured begins when the measure says so."""
    with patch.object(workflows, "purge", lambda *_: 0):
        yield


def end_orders(orders: Orders, count: int) -> None:
    for number in range(count):
        orders.place_video(f"order-{number}", "A video", request("a dance at the sea " * 10), PICTURE)
    for number in range(count):
        orders.ended(f"order-{number}", 120)
        DBOS.retrieve_workflow(workflow_id(SERVICE, f"order-{number}", 0)).get_result()


def bytes_of(file: Path) -> dict[str, int]:
    """Bytes of whole pages by table, the table's indexes counted with it; "free" are pages to be used again."""
    connection = sqlite3.connect(file)
    owner = dict(connection.execute("SELECT name, tbl_name FROM sqlite_master"))
    found: dict[str, int] = {}
    for name, size in connection.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
        table = owner.get(name, name)
        found[table] = found.get(table, 0) + size
    free = connection.execute("PRAGMA freelist_count").fetchone()[0]
    page = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    return {**found, "free": free * page}


def measure_bytes(folder: Path) -> None:
    file = folder / "orders.sqlite"
    with without_purge(), orders_of(Kling(), folder) as orders:
        end_orders(orders, 1)
    empty = bytes_of(file)
    with without_purge(), orders_of(Kling(), folder) as orders:
        end_orders(orders, REAL)
        with orders.store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        full = bytes_of(file)
        purge(orders._context, time.time() + 1, threading.Event())
        with orders.store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        purged = bytes_of(file)
    for what, found in (("left by an ended order", full), ("left by it after the purge", purged)):
        ours = (found["kling_orders"] - empty["kling_orders"]) / (REAL - 1)
        theirs = sum(found[each] - empty[each] for each in DBOS_TABLES) / (REAL - 1)
        row(f"bytes {what}: in our table / in DBOS's tables", f"{max(ours, 0):.0f} / {max(theirs, 0):.0f}")
    row("bytes of pages free to be used again after the purge", f"{purged['free']}")


def multiply(file: Path) -> None:
    """20,000 ended orders out of `REAL` of them, their times as they are."""
    connection = sqlite3.connect(file)
    for copy in range(1, MANY // REAL):
        for table, key in {**DBOS_TABLES, "kling_orders": "id"}.items():
            other = {key: f"replace({key}, 'order-', 'order-{copy}x')", "task_id": f"task_id + {copy * REAL}"}
            _copy(connection, table, other)
    connection.commit()
    connection.close()


def _copy(connection: sqlite3.Connection, table: str, changed: dict[str, str]) -> None:
    """The rows of the real orders once more, under other keys."""
    names = [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(changed.get(name, f'"{name}"') for name in names)
    key = next(iter(changed))
    real = f"{key} GLOB '*order-[0-9]*' AND {key} NOT GLOB '*order-*x*'"
    listed = ", ".join(f'"{name}"' for name in names)
    connection.execute(f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} WHERE {real}")


def measure_start(folder: Path) -> None:
    file = folder / "orders.sqlite"
    with without_purge(), orders_of(Kling(), folder) as orders:
        end_orders(orders, REAL)
    with without_purge():
        row(f"start with {REAL} ended orders", f"{_seconds_to_start(folder):.2f} s")
    multiply(file)
    row(f"the file with {MANY} ended orders", f"{file.stat().st_size / 1e6:.0f} MB")
    with without_purge():
        row(f"start with {MANY}, nothing purged", f"{_seconds_to_start(folder):.2f} s")
    purged = threading.Event()
    took: list[tuple[float, int]] = []

    def timed(*told: object) -> int:
        began = time.monotonic()
        count = purge(*told)  # type: ignore[arg-type]
        took.append((time.monotonic() - began, count))
        purged.set()
        return count

    with patch.object(workflows, "purge", timed), patch.object(workflows, "SETTLING", -1.0):
        row(f"start with {MANY}, while they are purged", f"{_seconds_to_start(folder, purged):.2f} s")
    row(f"the purge of {took[0][1]} workflows, in the background", f"{took[0][0]:.1f} s")
    with without_purge():
        row("start after that", f"{_seconds_to_start(folder):.2f} s")


def _seconds_to_start(folder: Path, until: threading.Event | None = None) -> float:
    began = time.monotonic()
    with orders_of(Kling(), folder):
        took = time.monotonic() - began
        if until is not None:
            until.wait(300)
    return took


MEASURES: dict[str, Callable[[Path], None]] = {"bytes": measure_bytes, "start": measure_start}


def main(*wanted: str) -> None:
    for name in wanted or MEASURES:
        with tempfile.TemporaryDirectory(prefix="kling-store-") as folder:
            MEASURES[name](Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
