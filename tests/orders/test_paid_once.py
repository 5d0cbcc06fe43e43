"""What once lost or doubled orders, one by one: stale turns, sleep, faults of the storage, unclear answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kling.errors import AccountBroken, ApiError, InvalidInput, KlingError, RateLimited, Unreachable
from kling.orders import Orders
from kling.orders.context import ClaimLost, Context
from kling.orders.placing import VideoOrder, request_of, video_row
from kling.orders.queue import Places, Ticket, may_be_sent, settled
from kling.orders.records import Step
from kling.orders.repository import Repository
from kling.orders.rows import Claim
from kling.orders.sending import doubt_about, send_request, use_grant
from kling.store import Store
from tests.orders.upstream import QUICK, Kling, orders_of, request


class Workers:
    """Workers on one database whose steps are taken one by one."""

    def __init__(self, kling: Kling, folder: Path) -> None:
        self.kling, self.folder, self.clock = kling, folder, 1000.0
        self.store = Store(f"sqlite:///{folder}/orders.sqlite")
        self.store.open()

    def worker(self, name: str) -> Context:
        repository = Repository(self.store, "test", lambda: self.clock)
        return Context(repository, lambda _: self.kling, name, "home", self.folder, monotonic=lambda: self.clock)

    def granted(self, context: Context, order_id: str = "a") -> Claim:
        """A new order whose turn has come."""
        context.repository.add([video_row(VideoOrder(order_id, "V", request()), "", "", "", "home", self.clock)])
        self.turn(context)
        context.repository.update(order_id, step="ready")
        self.turn(context)
        return Claim(order_id, context.me, 0)

    def turn(self, context: Context) -> None:
        context.grants.grant("", lambda *_: Places(5), context.me, "home", 10.0, 10.0)

    def take_over(self, context: Context, order_id: str = "a") -> Claim:
        row = context.repository.get(order_id)
        assert row is not None
        run = context.workers.take(row, context.me, "home")
        assert run is not None
        return Claim(order_id, context.me, run)


@pytest.fixture
def two(kling: Kling, tmp_path: Path) -> Iterator[Workers]:
    made = Workers(kling, tmp_path)
    yield made
    made.store.close()


# Turns


def test_a_worker_that_lost_its_order_sends_nothing(kling: Kling, two: Workers) -> None:
    first, second = two.worker("first"), two.worker("second")
    claim = two.granted(first)
    seen = first.row(claim)
    two.take_over(second)
    assert use_grant(first, claim, seen, request_of(seen)) == "again"
    with pytest.raises(ClaimLost):
        first.row(claim)
    assert kling.sent() == []


def test_a_turn_of_before_is_not_used_though_there_is_a_new_one(kling: Kling, two: Workers) -> None:
    context = two.worker("first")
    claim = two.granted(context)
    stale = context.row(claim)
    context.update(claim, step="ready")
    two.turn(context)
    assert use_grant(context, claim, stale, request_of(stale)) == "again"
    assert kling.sent() == []
    fresh = context.row(claim)
    assert use_grant(context, claim, fresh, request_of(fresh)) == "accepted"


def test_a_cancelled_order_is_not_sent_though_its_turn_had_come(kling: Kling, two: Workers) -> None:
    context = two.worker("first")
    claim = two.granted(context)
    seen = context.row(claim)
    context.decide("a", ("granted",), step="cancelled")
    assert use_grant(context, claim, seen, request_of(seen)) == "again"
    assert kling.sent() == []


def test_a_worker_that_slept_gives_its_turn_back(kling: Kling, two: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    context = two.worker("first")
    claim = two.granted(context)
    begin = context.repository.begin_sending

    def begin_and_sleep(*told: object, **more: object) -> bool:
        has_begun = begin(*told, **more)  # type: ignore[arg-type]
        two.clock += 60.0
        return has_begun

    monkeypatch.setattr(context.repository, "begin_sending", begin_and_sleep)
    seen = context.row(claim)
    assert use_grant(context, claim, seen, request_of(seen)) == "again"
    row = context.row(claim)
    assert (row["step"], row["attempts"], kling.sent()) == ("ready", 0, [])


def test_an_order_taken_over_in_its_request_is_only_looked_for(kling: Kling, two: Workers) -> None:
    first, second = two.worker("first"), two.worker("second")
    claim = two.granted(first)
    first.update(claim, step="request")
    assert send_request(second, two.take_over(second)) == "look"
    row = second.repository.get("a")
    assert row is not None
    assert (row["step"], row["doubt"], kling.sent()) == ("looking", "taken over", [])


def test_an_answer_that_comes_late_is_written_down_by_whoever_gets_it(kling: Kling, two: Workers) -> None:
    first, second = two.worker("first"), two.worker("second")
    claim = two.granted(first)
    seen = first.row(claim)

    def take_over_meanwhile(*told: object) -> None:
        two.take_over(second)

    kling.take_hook = take_over_meanwhile
    with pytest.raises(ClaimLost):
        use_grant(first, claim, seen, request_of(seen))
    row = second.repository.get("a")
    assert row is not None
    assert (row["step"], row["task_id"], row["worker"]) == ("accepted", 1, None)


def test_an_order_that_is_looked_for_lets_the_others_go_on_after_a_while() -> None:
    looking = Ticket("x", "p", 0.0, "looking", worker="me", likeness="x", unsure_at=100.0)
    ready = Ticket("a", "p", 1.0, "ready", worker="me", likeness="a")
    early, late = ([settled(each, now, 10.0) for each in (looking, ready)] for now in (105.0, 111.0))
    assert may_be_sent(early, {}, Places(1), "me", 105.0) == []
    assert may_be_sent(late, {}, Places(1), "me", 111.0) == ["a"]
    alike = [late[0], replace(late[1], likeness="x")]
    assert may_be_sent(alike, {}, Places(1), "me", 111.0) == []


# Nobody left alone


@pytest.mark.parametrize("step", ["accepted", "looking", "request"])
def test_what_has_not_ended_is_carried_on_though_its_workflow_has_ended(
    kling: Kling, orders: Orders, step: Step
) -> None:
    orders.place_video("a", "Video", request())
    orders.ended("a")
    held: dict[str, Any] = {} if step == "accepted" else dict.fromkeys(("task_id", "since", "known_tasks"))
    orders._context.repository.update("a", step=step, doubt="lost", ended_at=None, **held)
    assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


# Unclear answers


@pytest.mark.parametrize(
    "error", [ApiError(200, "odd"), RateLimited(429, retry_after=0.01), AccountBroken(596)], ids=str
)
def test_a_no_whose_meaning_is_not_certain_is_looked_after(kling: Kling, orders: Orders, error: KlingError) -> None:
    kling.after["create"].append(error)
    orders.place_video("a", "Video", request())
    assert orders.ended("a").step == "done"
    assert (len(kling.made), len(kling.sent())) == (1, 1)


def test_a_refusal_of_unclear_meaning_ends_as_refused_once_the_list_shows_nothing(kling: Kling, orders: Orders) -> None:
    kling.before["create"].append(ApiError(200, "odd"))
    orders.place_video("a", "Video", request())
    assert orders.ended("a").step == "refused"


def test_a_request_that_never_left_leaves_no_doubt() -> None:
    assert doubt_about(Unreachable("refused", sent=False), was_silent=False) is None
    assert doubt_about(Unreachable("broke off"), was_silent=False) == "lost"
    assert doubt_about(Unreachable("no answer"), was_silent=True) == "silent"


def test_a_person_shortens_the_look(kling: Kling, tmp_path: Path) -> None:
    with orders_of(kling, tmp_path, pace=replace(QUICK, settling=3600.0)) as orders:
        kling.before["create"].append(Unreachable("broke off"))
        orders.place_video("a", "Video", request())
        orders._wait("a", lambda order: order.step == "looking", 10)
        assert orders.send_again("a")
        assert orders.ended("a").step == "done"
    assert (len(kling.sent()), len(kling.made)) == (2, 1)


def test_before_a_second_request_there_is_one_more_look(kling: Kling, tmp_path: Path) -> None:
    with orders_of(kling, tmp_path, pace=replace(QUICK, settling=3600.0)) as orders:
        kling.before["create"].append(Unreachable("broke off"))
        orders.place_video("a", "Video", request())
        orders._wait("a", lambda order: order.step == "looking", 10)
        arrived = kling.create_motion_video(request())  # all the same, or it is somebody else's: no job tells
        orders.send_again("a")
        asked = orders._wait("a", lambda order: order.step == "unknown", 10)
        assert [each["id"] for each in asked.candidates] == [arrived.id]
    assert len(kling.made) == 1


def test_a_person_names_the_task_that_is_the_orders(kling: Kling, orders: Orders) -> None:
    kling.before["create"].append(InvalidInput("x"))
    orders.place_video("a", "Video", request())
    orders.ended("a")
    made = kling.create_motion_video(request("as Kling shows it"))
    orders._context.repository.update("a", step="unknown")
    assert made.id is not None
    assert orders.choose_task("a", made.id)
    assert orders.ended("a").step == "done"
    assert not orders.choose_task("a", made.id)


# Tasks that say nothing


def test_a_task_that_is_late_says_so_and_is_followed_all_the_same(kling: Kling, tmp_path: Path) -> None:
    kling.ends = False
    with orders_of(kling, tmp_path, pace=replace(QUICK, overdue=0.1)) as orders:
        orders.place_video("a", "Video", request())
        assert orders._wait("a", lambda order: order.problem != "", 10).problem == "overdue"
        assert not orders._wait("a", lambda order: True, 1).is_ended
