"""Turns, waits and what errors mean, with the time as an argument."""

from __future__ import annotations

import pytest

from kling.errors import (
    AccountBroken,
    BadRequest,
    KlingError,
    PaymentNeeded,
    RateLimited,
    Refused,
    ServerError,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)
from kling.orders.queue import FAULTY_TRIES, Places, Ticket, in_turn, may_be_sent, may_begin, places_in_line, verdict


def ticket(order_id: str, person: str = "p", at: float = 0.0, step: str = "ready", **more: object) -> Ticket:
    return Ticket(order_id, person, at, step, **{"worker": "me", "likeness": order_id, **more})  # type: ignore[arg-type]


def test_turns_go_round_between_people_and_not_by_who_came_first() -> None:
    batch = [ticket(f"a{n}", "ann", n) for n in range(4)]
    line = in_turn([*batch, ticket("b", "bob", 9.0), ticket("c", "cleo", 10.0)], {})
    assert [each.id for each in line] == ["a0", "b", "c", "a1", "a2", "a3"]


def test_whoever_had_a_turn_last_waits_for_the_others() -> None:
    line = in_turn([ticket("a", "ann"), ticket("b", "bob", 5.0)], {"ann": 100.0, "bob": 50.0})
    assert [each.id for each in line] == ["b", "a"]


def test_no_more_are_sent_than_there_are_places() -> None:
    ready = [ticket(str(n)) for n in range(9)]
    running = [ticket("x", step="accepted"), ticket("y", step="looking")]
    assert len(may_be_sent([*ready, *running], {}, Places(5, 1), "me", 0.0)) == 2
    assert may_be_sent(ready, {}, Places(5, 5), "me", 0.0) == []


def test_an_order_waits_until_its_time_and_lets_others_pass() -> None:
    line = [ticket("a", not_before=10.0), ticket("b")]
    assert may_be_sent(line, {}, Places(5), "me", 9.0) == ["b"]
    assert may_be_sent(line, {}, Places(5), "me", 10.0) == ["a", "b"]


def test_two_alike_are_never_on_their_way_at_once() -> None:
    line = [ticket("a", likeness="same"), ticket("b", likeness="same")]
    assert may_be_sent(line, {}, Places(5), "me", 0.0) == ["a"]
    doubtful = [ticket("a", step="looking", likeness="same"), ticket("b", likeness="same")]
    assert may_be_sent(doubtful, {}, Places(5), "me", 0.0) == []


def test_an_order_that_wants_fewer_jobs_waits_for_them() -> None:
    line = [ticket("x", step="accepted"), ticket("a", max_jobs=1), ticket("b", max_jobs=2)]
    assert may_be_sent(line, {}, Places(5), "me", 0.0) == ["b"]


def test_a_place_is_kept_for_the_turn_of_another_worker() -> None:
    line = [ticket("a", at=1.0, worker="other"), ticket("b", at=2.0)]
    assert may_be_sent(line, {}, Places(1), "me", 0.0) == []
    assert may_be_sent(line, {}, Places(2), "me", 0.0) == ["b"]


def test_as_many_are_made_ready_as_there_are_places_and_only_where_their_files_are() -> None:
    waiting = [ticket(str(n), at=n, step="waiting", home="here", worker=None) for n in range(9)]
    assert may_begin([*waiting, ticket("x")], {}, Places(5), "me", "here") == ["0", "1", "2", "3"]
    assert may_begin(waiting, {}, Places(5), "me", "elsewhere") == []


def test_each_of_several_workers_takes_its_share() -> None:
    waiting = [ticket(str(n), at=n, step="waiting", worker=None) for n in range(9)]
    in_hand = [ticket(f"mine {n}", step="accepted") for n in range(3)]
    assert len(may_begin([*waiting, *in_hand], {}, Places(4), "me", "here", workers=2)) == 1
    assert len(may_begin([*waiting, *in_hand], {}, Places(4), "me", "here", workers=1)) == 4


def test_the_place_in_the_line_counts_turns() -> None:
    line = [ticket("a0", "ann", 0.0), ticket("a1", "ann", 1.0), ticket("b", "bob", 9.0)]
    assert places_in_line(line, {}) == {"a0": 1, "b": 2, "a1": 3}


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (RateLimited(429), "wait"),
        (AccountBroken(596), "pause"),
        (PaymentNeeded(402), "pause"),
        (PaymentNeeded(412), "pause"),
        (Unreachable("refused", sent=False), "wait"),
        (Unreachable("no answer"), "look"),
        (ServerError(500), "look"),
        (ServerError(502), "look"),
        (ServerError(503), "look"),
        (ServerError(504), "look"),
        (UnexpectedAnswer("half of one"), "look"),
        (BadRequest(400), "end"),
        (Unauthorized(401), "pause"),
        (Refused(422), "end"),
        (Refused(500), "end"),
    ],
)
def test_what_an_error_means_for_a_paid_request(error: KlingError, what: str) -> None:
    assert verdict(error, 0, 0.0, is_paid=True).what == what


def test_busy_waits_as_it_was_told_else_twice_as_long_each_time_up_to_two_minutes_and_never_ends() -> None:
    told = RateLimited(429, retry_after=7.0)
    assert verdict(told, 5, 0.0, is_paid=True).seconds == 7.0
    waits = [verdict(RateLimited(429), tries, 0.0, is_paid=True).seconds for tries in (0, 1, 2, 3, 4, 5000)]
    assert waits == [10, 20, 40, 80, 120, 120]
    assert 10 < verdict(RateLimited(429), 0, 1.0, is_paid=True).seconds <= 12.5


def test_a_file_is_sent_again_after_a_fault_but_not_for_ever() -> None:
    assert verdict(ServerError(502), 0, 0.0, is_paid=False).what == "wait"
    assert verdict(ServerError(502), FAULTY_TRIES, 0.0, is_paid=False).what == "end"
    assert verdict(Unreachable("refused", sent=False), 5000, 0.0, is_paid=False).what == "wait"
