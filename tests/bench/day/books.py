"""What became of every order: what people were told, what the book says, and what the service made."""

from __future__ import annotations

import json
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa

from kling.orders.records import ENDED
from kling.store import Store
from kling.store.tables import orders

MADE = ("accepted", "done", "failed", "gone")


@dataclass(frozen=True)
class Outcome:
    """Of the orders of a day, each counted once in `steps`."""

    steps: Counter[str]
    lost: list[str]
    """Told to be placed and in no book, or taken by Kling by the book and never made there, or never ended."""
    double: list[str]
    """Made more than once, whatever became of them here."""

    @property
    def made(self) -> int:
        return sum(self.steps[step] for step in MADE)


class Books:
    """Reads beside the dashboard."""

    def __init__(self, database: str, upstream_url: str) -> None:
        self._store, self._upstream = Store(database), upstream_url

    def rows(self) -> list[sa.RowMapping]:
        """Everything that is paid for."""
        query = sa.select(orders.c.id, orders.c.step, orders.c.body, orders.c.kind, orders.c.error)
        with self._store.engine.connect() as connection:
            found = list(connection.execute(query.where(orders.c.kind != "deletion")).mappings())
        self._store.close()
        return found

    def wait_until_ended(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and any(row["step"] not in ENDED for row in self.rows()):
            time.sleep(1)

    def made(self) -> Counter[str]:
        """The tasks there are by the order that they are of."""
        with urllib.request.urlopen(f"{self._upstream}/bench/made", timeout=60) as answer:
            return Counter(json.load(answer))

    def outcome(self, told: list[str]) -> Outcome:
        rows, made = self.rows(), self.made()
        words = Counter(json.loads(row["body"]).get("prompt") for row in rows)
        missing = [each for each in told if not words[each]]
        unmade = [row["id"] for row in rows if row["step"] in MADE and not made[row["id"]]]
        open_ = [row["id"] for row in rows if row["step"] not in ENDED]
        strangers = [each for each in made if each not in {row["id"] for row in rows}]
        twice = [each for each, count in made.items() if count > 1]
        ordered_twice = [each for each, count in words.items() if each and count > 1 and each.startswith("day ")]
        steps = Counter(row["step"] for row in rows)
        return Outcome(steps, [*missing, *unmade, *open_], [*twice, *strangers, *ordered_twice])
