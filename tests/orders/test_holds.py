"""An account that does not work: its line stops and says why, nothing ends by it, and it goes on by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kling.errors import AccountBroken, KlingError, PaymentNeeded, Unauthorized, Unreachable
from kling.orders import Orders
from tests.orders.upstream import PICTURE, QUICK, Kling, orders_of, request

HALTING = [
    Unauthorized(401, "no"),
    PaymentNeeded(402, "over"),
    PaymentNeeded(412, "none"),
    AccountBroken(596, "broken"),
]
SELDOM = replace(QUICK, account_looks=3600.0)


class Broken(Kling):
    """A Kling whose account does not work while `wrong` says why."""

    def __init__(self, wrong: KlingError) -> None:
        super().__init__()
        self.wrong: KlingError | None = wrong
        self.tells_account = True
        """Whether a look at the account tells it too."""

    def _take(self, name: str, what: object) -> None:
        super()._take(name, what)
        concerned = ("create", "account") if self.tells_account else ("create",)
        if self.wrong is not None and name in concerned:
            raise self.wrong


@pytest.fixture(params=HALTING, ids=str)
def kling(request: pytest.FixtureRequest) -> Broken:
    return Broken(request.param)


SURE_AND_UNSURE = pytest.mark.parametrize("kling", [HALTING[2], HALTING[3]], indirect=True, ids=str)
"""A refusal that is certain, and one after which it is looked for."""


@pytest.fixture
def seldom(kling: Broken, tmp_path: Path) -> Iterator[Orders]:
    """Orders that look at a held account once an hour."""
    with orders_of(kling, tmp_path, pace=SELDOM) as orders:
        yield orders


def until_held(orders: Orders, order_id: str) -> None:
    orders._wait(order_id, lambda order: "" in orders.trouble() and order.error is not None, 10)


def place(orders: Orders, *order_ids: str) -> None:
    for order_id in order_ids:
        orders.place_video(order_id, "Video", request(order_id), person=order_id)


def test_the_line_stops_says_why_and_goes_on_by_itself_once_the_account_works(kling: Broken, tmp_path: Path) -> None:
    kling.max_jobs = 1
    with orders_of(kling, tmp_path) as orders:
        place(orders, "a", "b", "c")
        until_held(orders, "a")
        assert repr(orders.trouble()[""].error) == repr(kling.wrong)
        assert {order.step for order in orders.under_way()} <= {"ready", "picture", "looking", "waiting"}
        kling.wrong, kling.credits = None, kling.credits + 50
        assert {orders.ended(each).step for each in ("a", "b", "c")} == {"done"}
        assert orders.trouble() == {}
    assert len(kling.made) == 3


@SURE_AND_UNSURE
def test_cancelling_the_order_that_found_out_frees_the_line_at_once(kling: Broken, seldom: Orders) -> None:
    place(seldom, "a")
    until_held(seldom, "a")
    place(seldom, "b")
    kling.wrong = None
    assert seldom.cancel("a") or seldom.let_go("a")
    assert seldom.ended("b").step == "done"
    assert seldom.trouble() == {}


@SURE_AND_UNSURE
def test_somebody_who_has_mended_it_need_not_wait_for_the_next_look(kling: Broken, seldom: Orders) -> None:
    place(seldom, "a")
    until_held(seldom, "a")
    kling.wrong = None
    seldom.look_at_account("")
    assert seldom.ended("a").step == "done"


@SURE_AND_UNSURE
def test_an_account_that_nobody_waits_for_is_held_no_more(kling: Broken, tmp_path: Path) -> None:
    with orders_of(kling, tmp_path) as orders:
        place(orders, "a")
        until_held(orders, "a")
        assert orders.cancel("a") or orders.let_go("a")
        orders._wait("a", lambda _: orders.trouble() == {}, 10)
        assert orders.trouble() == {}


def test_without_credits_nothing_is_tried_until_some_have_come(tmp_path: Path) -> None:
    kling = Broken(PaymentNeeded(412, "none"))
    kling.tells_account = False
    with orders_of(kling, tmp_path) as orders:
        place(orders, "a")
        until_held(orders, "a")
        orders._wait("a", lambda _: kling.names().count("account") >= 12, 10)
        assert len(kling.sent()) <= 2  # once, and once more when the balance is known
        kling.wrong, kling.credits = None, kling.credits + 20
        assert orders.ended("a").step == "done"


def test_what_is_wrong_by_now_is_told(tmp_path: Path) -> None:
    kling = Broken(PaymentNeeded(402, "over"))
    with orders_of(kling, tmp_path) as orders:
        place(orders, "a")
        until_held(orders, "a")
        kling.wrong = Unauthorized(401, "no")
        orders._wait("a", lambda _: isinstance(orders.trouble()[""].error, Unauthorized), 10)
        assert isinstance(orders.trouble()[""].error, Unauthorized)


def test_an_account_that_stays_broken_ends_no_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kling.orders.queue.FAULTY_TRIES", 1)
    kling = Broken(AccountBroken(596, "broken"))
    kling.tells_account = False
    with orders_of(kling, tmp_path) as orders:
        place(orders, "a")
        assert orders._wait("a", lambda order: order.tries >= 3 or order.is_ended, 20).step != "refused"
        kling.wrong = None
        assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


def test_a_picture_waits_for_the_account_too(tmp_path: Path) -> None:
    kling = Kling()
    kling.before["asset"].append(AccountBroken(596, "broken"))
    kling.gates["account"] = threading.Event()
    with orders_of(kling, tmp_path) as orders:
        orders.place_video("a", "Video", request(), PICTURE)
        until_held(orders, "a")
        kling.gates["account"].set()
        assert orders.ended("a").step == "done"
        assert orders.trouble() == {}


def test_after_a_stop_the_line_is_held_as_before(tmp_path: Path) -> None:
    kling = Broken(PaymentNeeded(402, "over"))
    with orders_of(kling, tmp_path, pace=SELDOM) as orders:
        place(orders, "a")
        until_held(orders, "a")
        since = orders.trouble()[""].since
    with orders_of(kling, tmp_path, pace=SELDOM) as orders:
        assert orders.trouble()[""].since == since
        kling.wrong = None
        orders.look_at_account("")
        assert orders.ended("a").step == "done"


def test_a_fault_on_the_way_to_the_account_says_nothing_about_it(tmp_path: Path) -> None:
    kling = Broken(PaymentNeeded(402, "over"))
    with orders_of(kling, tmp_path) as orders:
        place(orders, "a")
        until_held(orders, "a")
        kling.wrong = Unreachable("no answer")
        before = kling.names().count("account")
        orders._wait("a", lambda _: kling.names().count("account") > before + 1, 10)
        assert isinstance(orders.trouble()[""].error, PaymentNeeded)
        kling.wrong = None
        assert orders.ended("a").step == "done"
