"""The book of orders: what every drawing asks is read once for everybody, and never behind our own changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.orders.repository import Repository
from kling.store import Store, cache
from kling.store.tables import orders as table

MINE = table.c.person == "me"


def row(order_id: str) -> dict[str, object]:
    return {"id": order_id, "person": "me", "kind": "video", "body": "{}", "placed_at": 1.0}


def seen(book: Repository) -> list[str]:
    return [each["id"] for each in book.cached("mine", MINE)]


@pytest.fixture
def books(tmp_path: Path) -> Iterator[tuple[Repository, Repository]]:
    """The same book in two processes."""
    found = [Repository(Store(f"sqlite:///{tmp_path / 'orders.db'}"), "kling") for _ in range(2)]
    for book in found:
        book.store.open()
    yield found[0], found[1]
    for book in found:
        book.store.close()


def test_a_hundred_readings_are_one_question_to_the_database(books: tuple[Repository, Repository]) -> None:
    asked = []
    sa.event.listen(books[0].store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert [seen(books[0]) for _ in range(100)] == [[]] * 100
    assert len([each for each in asked if "SELECT" in each]) == 1


def test_what_this_process_changes_shows_at_once(books: tuple[Repository, Repository]) -> None:
    book = books[0]
    assert seen(book) == []
    book.add([row("a")])
    assert seen(book) == ["a"]
    book.update("a", step="done", ended_at=2.0)
    assert book.cached("mine", MINE)[0]["step"] == "done"
    book.forget(3.0)
    assert seen(book) == []


def test_those_who_ordered_nothing_are_known_by_one_question(books: tuple[Repository, Repository]) -> None:
    book, asked = books[0], []
    book.add([row("a"), row("b"), {**row("c"), "person": "you"}])
    sa.event.listen(book.store.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert [book.people() for _ in range(100)] == [{"me", "you"}] * 100
    assert len([each for each in asked if "SELECT" in each]) == 1
    book.add([{**row("d"), "person": "they"}])
    assert book.people() == {"me", "you", "they"}


def test_what_another_process_changes_shows_soon(
    books: tuple[Repository, Repository], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seen(books[0]) == []
    books[1].add([row("a")])
    monkeypatch.setattr(cache, "MAX_AGE", 0.0)
    assert seen(books[0]) == ["a"]
