"""What survives a loss of power: whatever Kling or a person was told is on the disk first, the rest is done again."""

from __future__ import annotations

import threading
from collections import defaultdict
from typing import Any

import pytest
import sqlalchemy as sa

from kling.orders import Orders
from kling.store.tables import orders as table
from tests.orders.upstream import PICTURE, Kling, request

FULL, NORMAL = 2, 1
"""SQLite's levels: a commit that is on the disk when it returns, and one that is there with the next of the others."""


@pytest.fixture
def levels(orders: Orders) -> dict[str, set[int]]:
    """How each change was written: of an order by the step that it came to, and of DBOS's records."""
    found: dict[str, set[int]] = defaultdict(set)

    def note(connection: sa.Connection, _: Any, statement: str, parameters: Any, *rest: object) -> None:
        verb, is_ours = statement.split()[0], table.name in statement.split()[:3]
        if verb == "SELECT" or not (is_ours or "workflow" in statement or "operation_outputs" in statement):
            return
        found[_step_of(statement, parameters) if is_ours else "dbos"].add(_level_of(connection))

    sa.event.listen(orders._context.repository.store.engine, "before_cursor_execute", note)
    return found


def _step_of(statement: str, parameters: Any) -> str:
    steps = {"waiting", "picture", "ready", "granted", "request", "accepted", "done", "cancelled", "refused"}
    set_part = statement.partition(" WHERE ")[0].count("?")
    return next((each for each in parameters[:set_part] if each in steps), "no step")


def _level_of(connection: sa.Connection) -> int:
    [level] = connection.connection.cursor().execute("PRAGMA synchronous").fetchone()
    return int(level)


def test_what_was_told_to_kling_or_a_person_is_on_the_disk(orders: Orders, levels: dict[str, set[int]]) -> None:
    orders.place_video("a", "Video", request("a"))
    assert orders.ended("a").step == "done"
    told = {step: levels[step] for step in ("waiting", "request", "accepted", "done")}
    assert told == {step: {FULL} for step in told}


def test_what_is_done_again_waits_for_no_disk(orders: Orders, levels: dict[str, set[int]]) -> None:
    orders.place_video("a", "Video", request("a"))
    assert orders.ended("a").step == "done"
    repeated = {step: levels[step] for step in ("picture", "ready", "granted", "dbos")}
    assert repeated == {step: {NORMAL} for step in repeated}


def test_what_a_person_decides_is_on_the_disk(kling: Kling, orders: Orders, levels: dict[str, set[int]]) -> None:
    kling.gates["asset"] = threading.Event()
    orders.place_video("a", "Video", request("a"), PICTURE)
    assert kling.entered.wait(10)
    assert orders.cancel("a")
    kling.gates["asset"].set()
    assert levels["cancelled"] == {FULL}
