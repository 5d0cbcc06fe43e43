"""Write down, as SQL, a database that the code of d790ec7 makes: `python -m tests.store.make_dump <folder> [url]`.

Run in a checkout of d790ec7 (this file is all that has to be copied there) it made `d790ec7.sqlite.sql` and, with the
address of an empty PostgreSQL database, `d790ec7.postgresql.sql`: an order in each step there is, for Kling and for
the practice API, an account that is held, and a worker. The tables are those of the orders alone; DBOS keeps its own.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import sqlalchemy as sa

from kling.order_book import Book, open_engine, orders, to_json  # type: ignore[attr-defined]
from kling.order_records import ENDED, LIVE

COMMIT = "d790ec7"
SERVICES = ("https://api.useapi.net/v1/kling", "practice")
PLACED_AT = 1_790_000_000.25


def fill(url: str) -> None:
    """An order in every step, in both services."""
    engine = open_engine(url)
    for service in SERVICES:
        book = Book(engine, service)
        book.create()  # type: ignore[attr-defined]
        book.add([_row(number, step) for number, step in enumerate((*LIVE, *ENDED), 1)])
        book.hold_line("team@example.com", PLACED_AT + 60, '{"kind": "AccountBroken"}')
        book.is_here("worker-1", PLACED_AT)
    engine.dispose()


def _row(number: int, step: str) -> dict[str, object]:
    row: dict[str, object] = {column.name: None for column in orders.columns if column.name != "service"}
    row |= {column.name: "" for column in orders.columns if not column.nullable and isinstance(column.type, sa.Text)}
    return row | {
        "id": f"order {number}", "person": f"Ann {number % 2} Größe", "title": f"It's “{step}”; 100 %\nnext line",
        "kind": "video", "account": "team@example.com",
        "body": to_json({"prompt": "two 'quotes'", "workId": 2**53 + 1}),
        "files": "{}", "addresses": "{}", "step": step, "run": number % 3, "tries": number, "max_jobs": 5,
        "placed_at": PLACED_AT + number, "was_silent": number % 2 == 0, "since": 1_790_000_000_123,
        "task_id": 2**60 + number if step in ("accepted", "done", "failed", "gone") else None,
        "ended_at": PLACED_AT + 100 if step in ENDED else None, "cost": 20.5 if step == "done" else None,
        "cost_is_exact": step == "done",
    }  # fmt: skip


def dump_sqlite() -> str:
    with tempfile.TemporaryDirectory() as folder:
        fill(f"sqlite:///{folder}/orders.sqlite")
        connection = sqlite3.connect(f"{folder}/orders.sqlite")
        text = "\n".join(connection.iterdump()) + "\n"
        connection.close()
        return text


def dump_postgresql(url: str) -> str:
    fill(url)
    plain = ["pg_dump", "--no-owner", "--no-privileges", "--inserts", "--table=kling_*", url]
    said = subprocess.run(plain, check=True, capture_output=True, text=True).stdout
    # Words to psql, which a driver does not know.
    return "".join(line for line in said.splitlines(keepends=True) if not line.startswith("\\"))


def main(folder: str, postgresql: str = "") -> None:
    Path(folder, f"{COMMIT}.sqlite.sql").write_text(dump_sqlite(), encoding="utf-8")
    if postgresql:
        Path(folder, f"{COMMIT}.postgresql.sql").write_text(dump_postgresql(postgresql), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
