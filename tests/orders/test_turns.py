"""Turns by the table: right whatever happened before, and no slower when a year of orders is in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kling.orders.grants import TURNS_COUNT, Grants
from kling.orders.holds import Holds
from kling.orders.queue import Places
from kling.orders.repository import Repository
from kling.store import Store
from kling.store.tables import orders as table
from tests.orders.upstream import START


@pytest.fixture
def grants(tmp_path: Path) -> Iterator[Grants]:
    store = Store(f"sqlite:///{tmp_path / 'orders.db'}")
    store.open()
    repository = Repository(store, "test", clock=lambda: START)
    yield Grants(repository, Holds(repository, 1.0))
    store.close()


def add(grants: Grants, order_id: str, person: str, step: str, at: float = START, **more: Any) -> None:
    row = {"id": order_id, "person": person, "step": step, "placed_at": at, "worker": "me", "likeness": order_id}
    with grants.engine.begin() as connection:
        connection.execute(sa.insert(table).values(service="test", kind="video", body="{}", **row, **more))


def granted(grants: Grants) -> list[str]:
    """Who is sent where there is one place."""
    return grants.grant("", lambda tasks, ids: Places(1), "me", "home", 10.0, 10.0)[1]


def test_the_next_turn_is_for_whoever_had_none_for_longest(grants: Grants) -> None:
    add(grants, "old a", "ann", "done", sent_at=START - 20, began_at=START - 30, ended_at=START - 5)
    add(grants, "old b", "bob", "refused", sent_at=START - 10, began_at=START - 40, ended_at=START - 9)
    add(grants, "b", "bob", "ready", START - 2)
    add(grants, "a", "ann", "ready", START - 1)
    assert granted(grants) == ["a"]


def test_a_turn_of_an_order_under_way_counts(grants: Grants) -> None:
    add(grants, "old b", "bob", "done", sent_at=START - 90, began_at=START - 90, ended_at=START - 10)
    add(grants, "lost a", "ann", "looking", sent_at=START - 60, began_at=START - 60, unsure_at=START - 50)
    add(grants, "a", "ann", "ready", START - 2)
    add(grants, "b", "bob", "ready", START - 1)
    assert granted(grants) == ["b"]


def test_a_turn_of_long_ago_is_none(grants: Grants) -> None:
    long_ago = START - TURNS_COUNT - 1
    add(grants, "old a", "ann", "done", sent_at=long_ago, began_at=long_ago, ended_at=long_ago)
    add(grants, "a", "ann", "ready", START - 2)
    add(grants, "b", "bob", "ready", START - 1)
    assert granted(grants) == ["a"]


def test_no_question_of_a_turn_or_a_cost_reads_all_there_ever_were(grants: Grants) -> None:
    for person in ("ann", "bob"):
        add(grants, f"ready {person}", person, "ready")
        add(grants, f"waiting {person}", person, "waiting")
    asked: list[tuple[str, Any]] = []
    sa.event.listen(grants.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    assert grants.held_up().in_line
    assert grants.accounts_waiting() == [""]
    assert granted(grants)
    grants.repository.others_between("", START - 10, START, "another")
    questions = [each for each in asked if each[0].startswith("SELECT") and "FROM kling_orders" in each[0]]
    assert len(questions) > 5
    for statement, parameters in questions:
        assert not reads_all(grants, statement, parameters), statement


def reads_all(grants: Grants, statement: str, parameters: Any) -> list[str]:
    """Where SQLite looks through every order of the service for it."""
    with sqlite3.connect(grants.engine.url.database or "") as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    connection.close()
    reads = [step for step in plan if "kling_orders" in step]
    assert reads
    return [step for step in reads if " AND " not in step]
