"""What was spent: which month an order stands in, what it counts with, and what its request says of it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from kling.orders import Cost, picture_names
from kling.orders.charges import Charge, ChargesReader
from kling.orders.months import month_of, months_between
from kling.orders.ownership import MakersReader
from kling.orders.repository import Repository
from kling.orders.spending import COLUMNS, SpendingReader
from kling.store import Store
from kling.store.tables import orders as table
from tests.databases import Database
from tests.orders import history

BERLIN, UTC_ZONE = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")


def moment(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    found = Store(database.url)
    found.open()
    yield found
    found.close()


def keep(store: Store, *changes: dict[str, object]) -> SpendingReader:
    """Orders as they might stand in the database, each with its changes."""
    base = next(history.rows(1, ["me@x.y"], 0, 1, "test"))
    with store.engine.begin() as connection:
        for number, change in enumerate(changes):
            connection.execute(sa.insert(table), [{**base, "id": f"o{number}", "task_id": number, **change}])
    return SpendingReader(Repository(store, "test"))


def test_a_month_begins_at_midnight_where_the_team_is() -> None:
    eve = moment("2026-10-31T23:30")
    assert month_of(eve, UTC_ZONE).key == "2026-10"
    november = month_of(eve, BERLIN)
    assert november.key == "2026-11"
    assert (november.start, november.end) == (moment("2026-10-31T23:00"), moment("2026-11-30T23:00"))
    assert month_of(moment("2026-12-31T23:30"), BERLIN).key == "2027-01"


def test_every_month_since_the_first_order_can_be_chosen() -> None:
    found = months_between(moment("2026-01-31T23:30"), moment("2026-04-10T00:00"), BERLIN)
    assert [month.key for month in found] == ["2026-04", "2026-03", "2026-02"]
    assert all(later.start == earlier.end for later, earlier in itertools.pairwise(found))


def test_an_order_stands_in_the_month_in_which_it_was_let_go(store: Store) -> None:
    october, november = moment("2026-10-31T22:59"), moment("2026-10-31T23:00")
    read = keep(store, {"passed_at": october}, {"passed_at": november}, {"passed_at": None}, {"service": "other"})
    assert read.first_at() == october
    assert [entry.id for entry in read.entries(month_of(october, BERLIN))] == ["o0"]
    assert [entry.id for entry in read.entries(month_of(november, BERLIN))] == ["o1"]


def test_it_counts_with_its_cost_else_its_price_and_with_nothing_where_nothing_was_made(store: Store) -> None:
    read = keep(
        store,
        {"cost": 20.0, "cost_is_exact": True},
        {"cost": None, "price": 35.0, "step": "accepted"},
        {"cost": None, "price": 35.0, "step": "refused"},
        {"cost": None, "price": 35.0, "step": "failed"},
        {"cost": 35.0, "price": 35.0, "step": "failed"},
        {"cost": None, "price": None, "step": "done"},
        {"cost": 5.0, "kind": "clip"},
    )
    credits = {entry[0]: entry[COLUMNS.index("credits")] for entry in read.entries(month_of(0.5, UTC_ZONE))}
    assert credits == {"o0": 20, "o1": 35, "o2": 0, "o3": 0, "o4": 35, "o5": None}


def test_what_a_request_says_is_read_by_the_database(store: Store) -> None:
    read = keep(
        store,
        {"body": '{"workId": -100000000000004, "mode": "pro"}', "accepted_at": 10.5, "ended_at": 70.5},
        {"kind": "reference", "body": '{"motionUrl": "https://a/b.mp4?s=1", "model_name": "kling-v2-6"}'},
    )
    told = [dict(zip(COLUMNS, entry, strict=True)) for entry in read.entries(month_of(0.5, UTC_ZONE))]
    assert (told[0]["template"], told[0]["mode"], told[0]["model"]) == ("-100000000000004", "pro", None)
    assert (told[0]["waited"], told[0]["made"]) == (10, 60)
    assert (told[1]["reference"], told[1]["model"], told[1]["template"]) == ("https://a/b.mp4?s=1", "kling-v2-6", None)


def test_those_that_came_to_nothing_are_read_whole(store: Store) -> None:
    read = keep(store, {"step": "failed"}, {"step": "failed"}, {"step": "failed"})
    assert {order.id for order in read.orders(["o0", "o2", "unknown"])} == {"o0", "o2"}
    assert read.orders([]) == []


def test_what_each_task_took_is_another_object_only_when_it_has_changed(store: Store) -> None:
    now = time.time()
    keep(
        store,
        {"cost": 20.0, "cost_is_exact": True, "accepted_at": now - 3 * 86_400, "ended_at": now - 3 * 86_400},
        {"step": "failed", "cost": None, "accepted_at": now - 7 * 86_400, "ended_at": now - 3600},
        {"accepted_at": now - 9 * 86_400},
        {"task_id": None, "accepted_at": now},
    )
    repository = Repository(store, "test")
    read = ChargesReader(repository)
    first = read.latest()
    assert first.of_task == {0: Charge(False, Cost(20, is_exact=True)), 1: Charge(True, None)}
    read._read()
    assert read.latest() is first
    repository.update("o1", cost=0.0, cost_is_exact=True)
    read._read()
    assert read.latest().of_task[1].cost == Cost(0, is_exact=True)
    assert read.latest().version > first.version
    assert read.latest().of_task[0].cost == Cost(20, is_exact=True), "what is settled stays known"


def test_an_order_under_way_that_ends_shows_what_it_took(store: Store) -> None:
    now = time.time()
    keep(store, {"step": "accepted", "cost": None, "accepted_at": now - 7 * 86_400, "ended_at": None}, {})
    repository = Repository(store, "test")
    read = ChargesReader(repository)
    assert read.latest().of_task == {0: Charge(False, None)}
    repository.update("o0", step="done", ended_at=now, cost=35.0, cost_is_exact=True)
    read._read()
    assert read.latest().of_task == {0: Charge(False, Cost(35, is_exact=True))}


def test_who_ordered_a_task_and_what_they_called_it_is_known_as_soon_as_kling_has_it(store: Store) -> None:
    now = time.time()
    keep(store, {"title": "Anna", "accepted_at": now - 9 * 86_400}, {"task_id": None, "accepted_at": None})
    repository = Repository(store, "test")
    read = MakersReader(repository)
    first = read.read()
    assert (first.of_task, first.titles) == ({0: "me@x.y"}, {}), "older than Kling keeps tasks: only whose it was"
    assert read.read() is first
    repository.update("o1", task_id=7, accepted_at=now, title="Bella")
    later = read.read()
    assert later.of_task == {0: "me@x.y", 7: "me@x.y"}
    assert (dict(later.titles), later.version > first.version) == ({7: "Bella"}, True)


def test_the_titles_of_pictures_are_those_of_the_newest_orders_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_names, "NEWEST", 3)
    link = "https://kling.example/{}.jpg?signature=x"
    sent = [("old", "gone"), ("again", "before"), ("again", "now"), ("", "without a picture")]
    keep(store, *(
        {"accepted_at": number, "title": title, "addresses": json.dumps({"picture": link.format(name)} if name else {})}
        for number, (name, title) in enumerate(sent)
    ))  # fmt: skip
    assert picture_names.read_titles(Repository(store, "test")) == {"https://kling.example/again.jpg": "now"}
