"""Places 25 orders as fast as it can, once told to: `python -m tests.orders.budget_racer <database> <name>`."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kling.orders.budgets import Budgets
from kling.orders.placing import new_row
from kling.orders.repository import Repository
from kling.store import Store


def main(database: str, name: str) -> None:
    store = Store(database)
    store.open()
    repository = Repository(store, "test", budgets=Budgets(person=500))
    _decide_together(repository)
    print("ready", flush=True)
    sys.stdin.readline()

    def place(number: int) -> None:
        row = new_row(f"{name} {number}", "", "video", {}, "", "ann", repository.now())
        repository.add([row | {"price": 35.0}])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(place, range(25)))
    print("placed")
    store.close()


def _decide_together(repository: Repository) -> None:
    """Whoever has read what is left waits for others who have: with the lock, nobody else comes so far."""
    together, decide = threading.Barrier(8), repository._pass_or_hold

    def decide_together(connection: Any, rows: Sequence[dict[str, Any]]) -> Any:
        decided = decide(connection, rows)
        try:
            together.wait(0.02)
        except threading.BrokenBarrierError:
            together.reset()
        return decided

    repository._pass_or_hold = decide_together  # type: ignore[assignment, method-assign]


if __name__ == "__main__":
    main(*sys.argv[1:])
