"""Budgets: what is placed without room waits, what goes never passes the limit, and a month ends where the team is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from kling.orders import VideoOrder
from kling.orders.budgets import Budgets
from kling.orders.placing import new_row
from kling.orders.repository import Repository
from kling.people import Register
from kling.store import Store
from kling.store.tables import orders as table
from tests.databases import Database
from tests.orders.upstream import START, Kling, orders_of, request
from tests.programs import Program

AUCKLAND = ZoneInfo("Pacific/Auckland")


class Clock:
    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def book(folder: Path, clock: Clock, budgets: Budgets) -> Iterator[Repository]:
    """Orders that nobody carries out."""
    store = Store(f"sqlite:///{folder.as_posix()}/orders.sqlite")
    store.open()
    yield Repository(store, "test", clock, budgets)
    store.close()


def place(repository: Repository, *ids: str, person: str = "ann", price: float | None = 20.0) -> list[str]:
    """The steps that the orders begin with."""
    rows = [new_row(each, each, "video", {}, "", person, repository.now()) | {"price": price} for each in ids]
    repository.add(rows)
    return [steps(repository)[each] for each in ids]


def steps(repository: Repository) -> dict[str, str]:
    return {row["id"]: row["step"] for row in repository.find()}


def test_what_there_is_no_room_for_waits_and_others_go_on(tmp_path: Path, clock: Clock) -> None:
    with book(tmp_path, clock, Budgets(person=50, team=90)) as repository:
        assert place(repository, "a", "b", "c") == ["waiting", "waiting", "held"]
        assert place(repository, "d", "e", person="ben") == ["waiting", "waiting"]
        assert place(repository, "f", person="cem") == ["held"]  # the team's
        found = repository.standings()
        assert (found.team.used, found.of("ann").left, found.of("cem").used) == (80, 10, 0)
        assert found.of("ann").is_near_the_end
        assert found.of("nobody").limit == 50


def test_what_is_known_of_the_cost_takes_the_place_of_the_price(tmp_path: Path, clock: Clock) -> None:
    with book(tmp_path, clock, Budgets(person=50)) as repository:
        place(repository, "a", "b", "c")
        repository.update("a", step="done", cost=5.0)
        assert repository.pass_held() == ["c"]
        repository.update("b", step="failed")  # given back, as far as anybody knows
        repository.update("c", step="cancelled")
        assert repository.standings().of("ann").used == 5
        repository.update("c", step="unknown")
        assert repository.standings().of("ann").used == 25


def test_an_order_of_an_unknown_price_goes_alone_until_its_cost_tells(tmp_path: Path, clock: Clock) -> None:
    with book(tmp_path, clock, Budgets(person=50)) as repository:
        assert place(repository, "a", "b", price=None) == ["waiting", "held"]
        assert repository.pass_held() == []
        repository.update("a", step="accepted", cost=20.0)
        assert repository.pass_held() == ["b"]
        assert place(repository, "c", price=40.0) == ["held"]


def test_a_month_ends_where_the_team_is_and_what_waited_goes(tmp_path: Path, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 30, 23, 59, 59, tzinfo=AUCKLAND).timestamp()
    with book(tmp_path, clock, Budgets(person=20, zone=AUCKLAND)) as repository:
        assert place(repository, "a", "b", "c") == ["waiting", "held", "held"]
        assert repository.standings().month.name == "November"
        assert repository.pass_held() == []
        clock.now += 1.0
        assert repository.standings().of("ann").used == 0 or repository.pass_held()  # read anew within a second
        repository.pass_held()
        assert steps(repository) == {"a": "waiting", "b": "waiting", "c": "held"}


@pytest.mark.parametrize("when", [(2026, 12, 31, 23), (2026, 4, 5, 2), (2024, 2, 29, 12), (2026, 1, 1, 0)])
def test_months_follow_each_other_without_a_gap(when: tuple[int, int, int, int]) -> None:
    budgets, now = Budgets(zone=AUCKLAND), datetime(*when, tzinfo=AUCKLAND).timestamp()
    month = budgets.month(now)
    assert month.start <= now < month.end
    assert budgets.month(month.end).start == month.end
    assert budgets.month(month.start - 1).end == month.start


def test_a_person_has_the_budget_that_an_admin_gave(tmp_path: Path, clock: Clock) -> None:
    with book(tmp_path, clock, Budgets(person=20)) as repository:
        register = Register(repository.store)
        register.give_budget("ann", 60)
        assert repository.standings().of("ann").limit == 60  # who has no order yet
        assert place(repository, "a", "b", "c", "d") == ["waiting", "waiting", "waiting", "held"]
        register.give_budget("ann", 0)
        assert repository.pass_held() == []
        register.give_budget("ann", 80)
        assert repository.pass_held() == ["d"]


def test_held_orders_outlive_the_process_are_not_sent_and_can_be_cancelled_or_let_pass(tmp_path: Path) -> None:
    kling = Kling()
    nothing_left = Budgets(person=0)
    with orders_of(kling, tmp_path, budgets=nothing_left) as orders:
        orders.place_videos([VideoOrder(each, each, request(each)) for each in "abc"], person="ann")
    with orders_of(kling, tmp_path, budgets=nothing_left) as orders:
        assert [order.id for order in orders.held()] == ["a", "b", "c"]
        assert [order.step for order in orders.of_person("ann", 0)] == ["held"] * 3
        held = orders.get("a")
        assert held is not None
        assert (held.is_over, held.can_be_cancelled, orders.place_in_line(held)) == (False, True, None)
        orders.place_video("z", "z", request("z"), person="")
        assert orders.cancel("a")
        assert orders.let_pass(["a", "b"]) == ["b"]
        assert orders.settled("b").is_accepted
        assert orders.let_pass(["b"]) == []
        assert [order.id for order in orders.held()] == ["c", "z"]
    assert [sent["prompt"] for sent in kling.sent()] == ["b"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_fifty_orders_at_once_from_two_processes_never_pass_the_limit(
    kind: str, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(kind)
    with closing(Store(database.url)) as store:
        store.open()
    racers = [Program("tests.orders.budget_racer", database.url, name) for name in "ab"]
    for racer in racers:
        assert racer.output.readline() == "ready\n"
    for racer in racers:
        racer.input.write("go\n")
        assert racer.end(60) == "placed\n"
    with closing(Store(database.url)) as store, store.engine.connect() as connection:
        found = connection.execute(sa.select(table.c.step, sa.func.count()).group_by(table.c.step))
        counted = {row[0]: row[1] for row in found}
    assert counted == {"waiting": 14, "held": 36}  # 14 × 35 = 490 of 500
