"""Orders placed together: a picture is sent once for all of them, and a person may pause and cancel them at once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from kling.errors import BadRequest, ServerError
from kling.orders import Orders, PictureFile, VideoOrder
from kling.orders.queue import Places, Ticket, may_be_sent, may_begin, places_in_line
from tests.orders.upstream import Kling, orders_of, request

ANNA = PictureFile("anna.jpg", b"anna", "image/jpeg")
BEN = PictureFile("ben.jpg", b"ben", "image/jpeg")


def videos(*pictures: PictureFile, motions: int = 4) -> list[VideoOrder]:
    wanted = [(picture, motion) for picture in pictures for motion in range(motions)]
    return [
        VideoOrder(f"b-{n:04}", f"{picture.name} · {motion}", request(f"{picture.name} {motion}"), picture)
        for n, (picture, motion) in enumerate(wanted)
    ]


def steps(orders: Orders, placed: Sequence[VideoOrder]) -> set[str]:
    return {orders.ended(each.id).step for each in placed}


def pictures_in(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("*.picture")]


def test_a_batch_sends_each_picture_once_and_lays_it_aside_once(kling: Kling, orders: Orders, tmp_path: Path) -> None:
    kling.gates["asset"] = threading.Event()
    placed = videos(ANNA, BEN)
    orders.place_videos(placed, batch="b")
    assert len(pictures_in(tmp_path)) == 2
    kling.gates["asset"].set()
    assert steps(orders, placed) == {"done"}
    assert sorted(kling.sent("asset")) == [(b"anna", "image/jpeg"), (b"ben", "image/jpeg")]
    assert len({sent["image"] for sent in kling.sent()}) == 2
    assert pictures_in(tmp_path) == []


def test_two_batches_do_not_share_what_may_be_deleted_with_one_of_them(kling: Kling, orders: Orders) -> None:
    for batch in ("b", "c"):
        placed = [VideoOrder(f"{batch}-{n}", "Video", request(f"{batch} {n}"), ANNA) for n in range(2)]
        orders.place_videos(placed, batch=batch)
        assert steps(orders, placed) == {"done"}
    assert len(kling.sent("asset")) == 2


def test_a_picture_that_is_refused_is_told_by_each_and_sent_in_vain_once(
    kling: Kling, orders: Orders, tmp_path: Path
) -> None:
    kling.before["asset"].append(BadRequest(400, "Content-Type image/gif is not supported"))
    placed = videos(ANNA, motions=8)
    orders.place_videos(placed, batch="b")
    assert steps(orders, placed) == {"refused"}
    assert {str(orders.ended(each.id).error) for each in placed} == {str(orders.ended("b-0000").error)}
    assert len(kling.sent("asset")) == 1
    orders._wait("b-0000", lambda _: not pictures_in(tmp_path), 10)
    assert (kling.made, pictures_in(tmp_path)) == ([], [])


def test_whoever_sends_it_may_be_cancelled_and_another_one_does(kling: Kling, orders: Orders) -> None:
    kling.before["asset"].extend(ServerError(503, "down") for _ in range(2))
    placed = videos(ANNA)
    orders.place_videos(placed, batch="b")
    orders._wait("b-0000", lambda _: any(each.error for each in orders.under_way()), 10)
    sends = next(each for each in orders.under_way() if each.error)
    assert orders.cancel(sends.id)
    assert {orders.ended(each.id).step for each in placed if each.id != sends.id} == {"done"}
    assert len(kling.made) == 3


def test_a_process_that_ends_in_between_leaves_the_address_to_the_next(kling: Kling, tmp_path: Path) -> None:
    placed = videos(ANNA, motions=12)
    kling.max_jobs, kling.ends = 1, False
    with orders_of(kling, tmp_path) as orders:
        orders.place_videos(placed, batch="b")
        orders._wait("b-0000", lambda _: orders.batch("b").steps.get("accepted") == 1, 10)
        orders._context.stopping.set()
        assert len(pictures_in(tmp_path)) == 1  # for those that have not begun
    kling.ends = True
    with orders_of(kling, tmp_path) as orders:
        assert steps(orders, placed) == {"done"}
    assert len(kling.sent("asset")) == 1
    assert len(kling.made) == 12
    assert pictures_in(tmp_path) == []


def test_a_picture_that_lies_there_for_long_is_sent_anew(
    kling: Kling, orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kling.orders.pictures.FRESH_SECONDS", 0.0)
    placed = videos(ANNA)
    orders.place_videos(placed, batch="b")
    assert steps(orders, placed) == {"done"}
    assert len(kling.sent("asset")) == 4


def test_a_batch_is_paused_goes_on_and_what_is_left_is_cancelled(kling: Kling, orders: Orders, tmp_path: Path) -> None:
    kling.max_jobs, kling.ends = 2, False
    placed = videos(ANNA, BEN, motions=10)
    orders.place_videos(placed, batch="b", person="me")
    orders._wait("b-0000", lambda _: orders.batch("b").steps.get("accepted") == 2, 10)
    paused = orders.pause_batch("b")
    assert paused >= 17
    kling.ends = True
    orders._wait("b-0000", lambda _: orders.batch("b").ended + paused == 20, 10)
    assert len(kling.made) == 20 - paused
    assert orders.batch("b").paused == paused
    assert list(orders.batches_of("me", 0.0)) == ["b"]
    kling.ends = False
    orders.resume_batch("b")
    orders._wait("b-0000", lambda _: orders.batch("b").steps.get("accepted") == 2, 10)
    assert orders.cancel_batch("b") == orders.batch("b").steps["cancelled"]
    kling.ends = True
    orders._wait("b-0000", lambda _: orders.batch("b").ended == 20, 10)
    assert len(kling.made) + orders.batch("b").steps["cancelled"] == 20
    assert pictures_in(tmp_path) == []


def test_what_is_paused_lets_others_pass() -> None:
    paused = [Ticket(f"a{n}", "ann", n, "waiting", paused_at=1.0, likeness=f"a{n}") for n in range(9)]
    paused.append(Ticket("a9", "ann", 9.0, "ready", "me", paused_at=1.0))
    line = [*paused, Ticket("b", "bob", 10.0, "waiting"), Ticket("c", "cleo", 11.0, "ready", "me", likeness="c")]
    assert may_begin(line, {}, Places(2), "me", "home") == ["b"]
    assert may_be_sent(line, {}, Places(1), "me", 12.0) == ["c"]
    assert places_in_line(line, {}) == {"b": 1, "c": 2}
