"""A database as a team of a hundred has it after a month: people, orders, and what came of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kling.archive import Archive, open_files
from kling.people import Register
from kling.store import Store
from kling.store.tables import orders, results
from tests.archive.made_up import made_up, store
from tests.media.samples import picture
from tests.orders import history

PERSONS = [f"person-{number}@team.example" for number in range(100)]
ORDERS = 20_000
MONTH = 30 * 86_400.0
SETTINGS = {"KLING_BUDGET_PERSON": "100000"}
"""Without them nobody has anything to do on People where nobody signs in."""


def fill(folder: Path, service: str) -> None:
    """In the data folder of a dashboard that has not started yet."""
    database = Store(f"sqlite:///{folder.as_posix()}/orders.sqlite")
    archive = Archive(database, service, open_files(str(folder / "archive"), folder))
    register = Register(database)
    database.open()
    for number, person in enumerate(PERSONS):
        register.give_name(person, f"Person {number}")
    now = time.time()
    rows = list(history.rows(ORDERS, PERSONS, now - MONTH, now - 60, service))
    with database.engine.begin() as connection:
        connection.execute(sa.insert(orders), rows)
    hashes = {part: store(archive, picture(), part, now) for part in ("video", "cover")}
    with database.engine.begin() as connection:
        connection.execute(sa.insert(results), list(_results(rows, hashes, service, now)))
    database.close()


def _results(rows: list[dict[str, Any]], hashes: dict[str, str], service: str, now: float) -> Iterator[dict[str, Any]]:
    """Those that are done are kept: nothing is left to be copied."""
    kept = {"state": "kept", "kept_at": now, "size": 1000, "width": 720, "height": 1280, "service": service}
    for number, row in enumerate(rows):
        if row["step"] == "done":
            ids = {"task_id": str(row["task_id"]), "order_id": row["id"], "finished_at": row["ended_at"]}
            yield made_up(number, now, person=row["person"]) | hashes | kept | ids
