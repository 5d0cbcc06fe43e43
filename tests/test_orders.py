"""Orders: handed over once, done in the background, and an honest word on what may have been received."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from kling import MotionCreateRequest, Task
from kling.answers import Asset
from kling.errors import BadRequest, KlingError, ServerError, UnexpectedAnswer, Unreachable
from kling.orders import Orders, PictureFile

REQUEST = MotionCreateRequest(work_id=-1, image="https://example.com/pending.jpg")
PICTURE = PictureFile("person.jpg", b"jpeg bytes", "image/jpeg")


class Kling:
    """Records what an order asks of the client, and holds it at a gate or fails it."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.entered = threading.Event()
        self.gate = threading.Event()
        self.gate.set()
        self.trouble: dict[str, KlingError] = {}
        self.asset = {"url": "https://cdn/p.jpg", "resourceUrl": "https://cdn/v.mp4", "coverUrl": "https://cdn/c.jpg"}

    def _take(self, name: str, what: Any) -> None:
        self.calls.append((name, what))
        self.entered.set()
        assert self.gate.wait(10)
        if name in self.trouble:
            raise self.trouble[name]

    def upload_asset(
        self, file: BinaryIO, content_type: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Asset:
        data = file.read()
        if on_progress:
            on_progress(len(data), len(data))
        self._take("asset", (data, content_type))
        return Asset.read(self.asset)

    def create_motion_video(self, request: Any) -> Task:
        self._take("create", request.to_wire())
        return Task.read({"task": {"id": 7}})

    def upload_motion(self, request: Any) -> Task:
        self._take("motion", request.to_wire())
        return Task.read({"task": {"id": 8}})

    def delete_task(self, task_id: int) -> None:
        self._take("delete", task_id)


@pytest.fixture
def kling() -> Kling:
    return Kling()


def test_the_same_id_placed_often_from_many_threads_is_one_request(kling: Kling) -> None:
    orders = Orders()

    def press() -> None:
        orders.place_video("a", "Video", lambda: kling, REQUEST)

    threads = [threading.Thread(target=press) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    orders.settled("a")
    press()
    assert [name for name, _ in kling.calls] == ["create"]


def test_a_new_picture_is_sent_first_and_its_address_stands_in_the_request(kling: Kling) -> None:
    orders = Orders()
    orders.place_video("a", "Video", lambda: kling, REQUEST, PICTURE)
    order = orders.settled("a")
    assert kling.calls == [
        ("asset", (b"jpeg bytes", "image/jpeg")),
        ("create", {"workId": -1, "image": "https://cdn/p.jpg"}),
    ]
    assert order.step == "accepted"
    assert order.task is not None
    assert order.task.id == 7


def test_progress_is_in_bytes_and_can_be_watched(kling: Kling) -> None:
    orders = Orders()
    kling.gate.clear()
    orders.place_video("a", "Video", lambda: kling, REQUEST, PICTURE)
    assert kling.entered.wait(10)
    watched = orders.get("a")
    assert watched is not None
    assert (watched.step, watched.sent, watched.total) == ("picture", 10, 10)
    assert orders.under_way() == [watched]
    kling.gate.set()
    orders.settled("a")
    assert orders.under_way() == []


@pytest.mark.parametrize(
    ("error", "maybe"),
    [
        (Unreachable("no answer", sent=None), True),
        (Unreachable("refused", sent=False), False),
        (ServerError(502, "bad gateway"), True),
        (UnexpectedAnswer("half an answer"), True),
        (BadRequest(400, "Parameter workId is required"), False),
    ],
)
def test_an_order_knows_whether_the_paid_request_may_have_been_received(
    kling: Kling, error: KlingError, maybe: bool
) -> None:
    orders = Orders()
    kling.trouble["create"] = error
    orders.place_video("a", "Video", lambda: kling, REQUEST)
    order = orders.settled("a")
    assert order.error is error
    assert order.may_have_been_received is maybe


def test_a_picture_that_did_not_arrive_costs_nothing(kling: Kling) -> None:
    orders = Orders()
    kling.trouble["asset"] = Unreachable("no answer", sent=None)
    orders.place_video("a", "Video", lambda: kling, REQUEST, PICTURE)
    assert orders.settled("a").may_have_been_received is False
    assert [name for name, _ in kling.calls] == ["asset"]


def test_no_request_goes_out_for_a_picture_without_an_address(kling: Kling) -> None:
    orders = Orders()
    kling.asset = {}
    orders.place_video("a", "Video", lambda: kling, REQUEST, PICTURE)
    assert isinstance(orders.settled("a").error, UnexpectedAnswer)
    assert [name for name, _ in kling.calls] == ["asset"]


def test_a_motion_is_the_clip_then_its_cover_then_the_request(kling: Kling, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"video bytes")
    orders = Orders()
    orders.place_motion("m", "Motion", lambda: kling, video, "video/mp4", PICTURE)
    assert orders.settled("m").step == "accepted"
    assert kling.calls == [
        ("asset", (b"video bytes", "video/mp4")),
        ("asset", (b"jpeg bytes", "image/jpeg")),
        ("motion", {"resourceUrl": "https://cdn/v.mp4", "coverUrl": "https://cdn/p.jpg"}),
    ]
    assert not video.exists()


def test_a_clip_that_was_not_accepted_is_kept_for_another_try(kling: Kling, tmp_path: Path) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(b"video bytes")
    kling.trouble["motion"] = BadRequest(400, "no")
    orders = Orders()
    orders.place_motion("m", "Motion", lambda: kling, video, "video/mp4", PICTURE)
    assert orders.settled("m").error is not None
    assert video.exists()


def test_an_unforeseen_fault_ends_the_order_with_a_word(kling: Kling, tmp_path: Path) -> None:
    orders = Orders()
    orders.place_motion("m", "Motion", lambda: kling, tmp_path / "gone.mp4", "video/mp4", PICTURE)
    assert isinstance(orders.settled("m").error, KlingError)
