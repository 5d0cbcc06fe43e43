"""Orders: handed over once and carried out once, what they waited for and what they took."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.errors import (
    AccountBroken,
    BadRequest,
    RateLimited,
)
from kling.generations import extraction
from kling.orders import Orders, VideoOrder
from kling.orders.placing import video_row
from kling.store import cache
from tests.orders.upstream import PICTURE, Kling, orders_of, request, when

JOB = {"reply_url": "https://desk.example/done", "reply_ref": "spring", "max_jobs": 3}


# Once


def test_the_same_id_placed_often_from_many_threads_is_one_request(kling: Kling, orders: Orders) -> None:
    def press() -> None:
        orders.place_video("a", "Video", request())

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    orders.ended("a")
    press()
    assert len(kling.sent()) == 1


def test_an_order_that_is_drawn_again_and_again_is_read_once_and_never_behind_what_was_done(
    orders: Orders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MAX_AGE", 60.0)
    asked: list[tuple[object, ...]] = []
    sa.event.listen(orders.store.engine, "before_cursor_execute", lambda *told: asked.append(told[3]))
    assert [orders.get_cached("a") for _ in range(100)] == [None] * 100
    assert len([parameters for parameters in asked if "a" in parameters]) == 1
    orders.place_video("a", "Video", request())
    assert orders.get_cached("a") is not None
    assert orders.ended("a") == orders.get_cached("a")
    assert orders.get_cached("b") is None


def test_a_new_picture_is_sent_first_and_its_address_stands_in_the_request(kling: Kling, orders: Orders) -> None:
    orders.place_video("a", "Video", request(), PICTURE)
    order = orders.ended("a")
    assert kling.sent("asset") == [(b"jpeg bytes", "image/jpeg")]
    assert kling.sent()[0]["image"] != request().image
    assert order.step == "done"
    assert order.task is not None
    assert order.task.id == 1


def test_the_order_is_its_own_reference_unless_the_person_gave_one(kling: Kling, orders: Orders) -> None:
    orders.place_video("a", "Video", request("1"))
    orders.place_video("b", "Video", request("2", reply_ref="mine"))
    orders.ended("a")
    orders.ended("b")
    assert {sent["prompt"]: sent["replyRef"] for sent in kling.sent()} == {"1": "a", "2": "mine"}


def test_progress_is_in_bytes_and_can_be_watched(kling: Kling, orders: Orders) -> None:
    kling.gates["asset"] = threading.Event()
    orders.place_video("a", "Video", request(), PICTURE)
    assert kling.entered.wait(10)
    when(orders, "a", lambda step: step == "picture")
    watched = orders._wait("a", lambda order: order.total > 0, 10)
    assert (watched.step, watched.sent, watched.total) == ("picture", 10, 10)
    assert [order.id for order in orders.under_way()] == ["a"]
    kling.gates["asset"].set()
    orders.ended("a")
    assert orders.under_way() == []


def test_a_motion_is_the_clip_then_its_cover_then_the_request(kling: Kling, orders: Orders, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"video bytes")
    orders.place_motion("m", "Motion", video, "video/mp4", PICTURE)
    assert orders.ended("m").step == "done"
    assert kling.sent("asset") == [(b"video bytes", "video/mp4"), (b"jpeg bytes", "image/jpeg")]
    [sent] = kling.sent("motion")
    assert sent["resourceUrl"] == "https://cdn/v.mp4"
    assert sent["coverUrl"].endswith(".jpg")
    assert sent["replyRef"] == "m"


def test_what_a_motion_was_ordered_with_goes_with_the_addresses_of_its_files(
    kling: Kling, orders: Orders, tmp_path: Path
) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"video bytes")
    wanted = extraction("https://x.invalid", "https://x.invalid", JOB)
    orders.place_motion("m", "Motion", video, "video/mp4", PICTURE, wanted)
    assert orders.ended("m").step == "done"
    [sent] = kling.sent("motion")
    assert sent.pop("coverUrl").endswith(".jpg")
    assert sent == {
        "resourceUrl": "https://cdn/v.mp4",
        "maxJobs": 3,
        "replyUrl": "https://desk.example/done",
        "replyRef": "spring",
    }


def test_a_clip_that_is_a_motion_as_it_is_is_only_sent(kling: Kling, orders: Orders, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"video bytes")
    order = orders.place_motion("m", "Motion", video, "video/mp4", None)
    order = orders.ended("m")
    assert (order.step, order.clip_url, kling.sent("motion")) == ("done", "https://cdn/v.mp4", [])


def test_files_go_when_kling_has_the_order_and_when_it_ended(kling: Kling, orders: Orders, tmp_path: Path) -> None:
    kling.before["create"].append(BadRequest(400, "no"))
    for order_id in ("a", "b"):
        orders.place_video(order_id, "Video", request(order_id), PICTURE)
    orders.ended("a")
    orders.ended("b")
    assert not list(tmp_path.glob("*.picture"))


# Busy is not failure


def test_busy_waits_with_its_time_written_down_and_goes_on(kling: Kling, orders: Orders) -> None:
    kling.before["create"].extend(RateLimited(429, retry_after=0.05) for _ in range(1000))
    orders.place_video("a", "Video", request())
    waiting = orders._wait("a", lambda order: order.not_before is not None, 10)
    assert isinstance(waiting.error, RateLimited)
    kling.before["create"].clear()
    assert orders.ended("a").step == "done"
    assert len(kling.made) == 1


def test_a_broken_account_holds_the_line_with_one_message_and_goes_on_when_it_works(
    kling: Kling, tmp_path: Path
) -> None:
    with orders_of(kling, tmp_path) as orders:
        kling.before["create"].extend(AccountBroken(596, "broken") for _ in range(1000))
        for order_id in ("a", "b", "c"):
            orders.place_video(order_id, "Video", request(order_id))
        orders._wait("a", lambda _: "" in orders.trouble(), 10)
        assert isinstance(orders.trouble()[""].error, AccountBroken)
        kling.before["create"].clear()
        assert {orders.ended(order_id).step for order_id in ("a", "b", "c")} == {"done"}
        assert orders.trouble() == {}
        assert len(kling.made) == 3


def test_there_are_never_more_at_work_than_places(kling: Kling, tmp_path: Path) -> None:
    kling.max_jobs = 2
    with orders_of(kling, tmp_path) as orders:
        orders.place_videos([VideoOrder(str(n), "V", request(str(n))) for n in range(12)])
        assert {orders.ended(str(n)).step for n in range(12)} == {"done"}
    assert kling.most_running <= 2


def test_what_was_not_sent_can_be_cancelled_and_what_was_sent_cannot(kling: Kling, orders: Orders) -> None:
    kling.gates["asset"] = threading.Event()
    orders.place_video("a", "Video", request(), PICTURE)
    assert kling.entered.wait(10)
    assert orders.cancel("a")
    kling.gates["asset"].set()
    orders.place_video("b", "Video", request("b"))
    orders.ended("b")
    assert not orders.cancel("b")
    assert orders.ended("a").step == "cancelled"
    assert len(kling.made) == 1


# How long it takes


def test_the_time_to_expect_is_what_the_accounts_own_recent_ones_of_the_kind_took(kling: Kling, orders: Orders) -> None:
    first = orders.place_video("a", "Video", request())
    assert orders.expected_seconds(first) is None
    ended = orders.ended("a")
    assert ended.ended_at is not None
    assert ended.accepted_at is not None
    second = orders.place_video("b", "Video", request("another"))
    assert orders.expected_seconds(second) == pytest.approx(ended.ended_at - ended.accepted_at)
    assert orders.expected_seconds(replace(second, kind="motion")) is None
    assert orders.expected_seconds(replace(second, account="other@example.com")) is None


def test_the_same_again_is_a_new_order_with_the_picture_that_kling_has(kling: Kling, orders: Orders) -> None:
    kling.fails = True
    orders.place_video("a", "Video", request(), PICTURE)
    assert orders.ended("a").step == "failed"
    kling.fails = False
    for _ in range(2):
        assert orders.place_again("a", "a-pro", {"mode": "pro"})
    assert orders.ended("a-pro").step == "done"
    assert [sent.get("mode") for sent in kling.sent()] == [None, "pro"]
    assert kling.sent()[0]["image"] == kling.sent()[1]["image"]
    assert len(kling.sent("asset")) == 1


def test_all_that_is_under_way_is_read_however_much_has_ended(orders: Orders, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kling.orders.reading.PAGE", 2)
    rows = [video_row(VideoOrder(str(n), "V", request()), "", "me", "", "home", float(n)) for n in range(6)]
    repository = orders._context.repository
    repository.add([row | {"home": "far"} for row in rows])
    for number in range(1, 6):
        repository.update(str(number), step="cancelled", ended_at=9.0)
    assert [order.id for order in orders.of_person("me", 0.0)] == ["0", "4", "5"]
    assert [order.id for order in orders.of_person("me", 0.0, page=1)] == ["0", "2", "3"]
