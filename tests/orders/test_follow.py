"""How the tasks of orders are followed: all in one list, looked at seldom, and not twice when the end is near."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kling import Task
from kling.errors import NotFound, ServerError
from kling.feed import TaskFeed
from kling.orders import Pace, VideoOrder
from kling.orders.context import Context
from kling.orders.following import follow, until_next_look
from kling.orders.placing import video_row
from kling.orders.repository import Repository
from kling.orders.rows import Claim
from kling.store import Store
from tests.orders.timeline import Timeline, timeline
from tests.orders.upstream import START, Kling, request


def moments(foretold: float, lasts: float) -> list[float]:
    """When a task is looked at that ends after `lasts` seconds, and says until then that it ends at `foretold`."""
    now, looks, found = 0.0, 0, [0.0]
    while now < lasts:
        now += until_next_look(Pace(), max(0.0, foretold - now), looks)
        looks += 1
        found.append(now)
    return found


@pytest.mark.parametrize("lasts", [5.3, 10.2, 20.9, 60.5, 100.0])
def test_a_task_near_its_end_is_looked_at_once(lasts: float) -> None:
    seen = moments(lasts, lasts)
    apart = [later - earlier for earlier, later in pairwise(seen)]
    assert min(apart) >= 1.0
    assert lasts <= seen[-1] <= lasts + 0.01


def test_one_that_takes_longer_than_foretold_is_not_asked_for_all_the_time() -> None:
    assert len([moment for moment in moments(10.0, 40.0) if moment > 10]) <= 31


def test_a_short_one_is_seen_as_soon_as_it_ends() -> None:
    assert moments(0.5, 0.5) == [0.0, pytest.approx(0.505)]


class Timed(Kling):
    """Works on each task for `lasts` seconds, and tells the rest of it where a task is asked for by itself."""

    def __init__(self, time: Timeline, lasts: float) -> None:
        super().__init__()
        self.time, self.lasts = time, lasts
        self.unlisted: set[int] = set()
        self.unknown_until = 0.0

    def take(self) -> int:
        """A new task; its id."""
        task = self.create_motion_video(request())
        assert task.id is not None
        self.made[-1]["createTime"] = round(self.time.now * 1000)
        return task.id

    def _shown(self, task: dict[str, Any], is_final: bool = False) -> Task:
        left = task["createTime"] / 1000 + self.lasts - self.time.now
        shown = super()._shown(task, left <= 0)
        works = [{"workId": task["id"], "resource": {"resource": "https://cdn/v.mp4"}}] if left <= 0 else []
        return shown.model_copy(update={"eta_time": left * 1000, "works": Task.read({"works": works}).works})

    def get_task(self, task_id: int) -> Task:
        if self.time.now < self.unknown_until:
            self._take("task", task_id)
            raise NotFound(404, "no such task")
        return super().get_task(task_id)

    def list_tasks(self, *args: Any, **options: Any) -> Any:
        page = super().list_tasks(*args, **options)
        page[:] = [task.model_copy(update={"eta_time": None}) for task in page if task.id not in self.unlisted]
        return page


class Followed:
    """Orders that Kling took at this moment, each followed by a thread of its own."""

    def __init__(self, folder: Path, time: Timeline, lasts: float, count: int = 0) -> None:
        self.time, self.kling = time, Timed(time, lasts)
        self.store = Store(f"sqlite:///{folder}/orders.sqlite")
        self.store.open()
        self.feed = TaskFeed(lambda: self.kling, clock=lambda: time.now, start=lambda look: look())
        self.restart()
        for number in range(count):
            self.take(str(number))

    def restart(self) -> None:
        """As a new process would know it: nothing but what stands in the table."""
        self.repository = Repository(self.store, "test", lambda: self.time.now)
        self.context = Context(
            self.repository, lambda _: self.kling, "ann", "home", Path(), replace(Pace(), missing=60.0),
            tasks=lambda _: self.feed, monotonic=lambda: self.time.now,
        )  # fmt: skip
        self.context.rest = self.time.rest  # type: ignore[method-assign]

    def take(self, order_id: str) -> int:
        task_id, now = self.kling.take(), self.time.now
        self.repository.add([video_row(VideoOrder(order_id, "", request()), "", "", "", "home", now)])
        self.repository.update(order_id, step="accepted", task_id=task_id, accepted_at=now, worker="ann")
        self.follow(order_id)
        return task_id

    def follow(self, order_id: str) -> None:
        self.time.start(lambda: follow(self.context, Claim(order_id, "ann", 0)))

    def steps(self) -> Counter[str]:
        return Counter(row["step"] for row in self.repository.find())

    def calls(self, seconds: float) -> Counter[str]:
        """What is asked of Kling in the next seconds."""
        self.kling.calls.clear()
        self.time.run(seconds)
        return Counter(self.kling.names())


@contextmanager
def followed_for(folder: Path, lasts: float, count: int) -> Iterator[Followed]:
    """So many orders whose tasks take `lasts` seconds, and the time in hand."""
    with timeline(START) as time:
        followed = Followed(folder, time, lasts, count)
        yield followed
        followed.store.close()


def calls_of(folder: Path, count: int, lasts: float, seconds: float) -> Counter[str]:
    folder.mkdir()
    with followed_for(folder, lasts, count) as followed:
        calls = followed.calls(seconds)
        assert followed.steps() == {"accepted" if seconds < lasts else "done": count}
        return calls


@pytest.mark.parametrize("lasts", [600.0, 50.0])
def test_twenty_orders_cost_no_more_calls_than_one(tmp_path: Path, lasts: float) -> None:
    one, twenty = (calls_of(tmp_path / str(count), count, lasts, 60.0) for count in (1, 20))
    assert one["task"] == 1  # how long it takes
    assert 10 <= one["tasks"] <= 13
    assert twenty == one


def test_a_viewer_and_orders_read_the_list_together(tmp_path: Path) -> None:
    with followed_for(tmp_path, 600.0, 8) as followed:
        alone = followed.calls(60.0)

        def watch() -> None:
            while True:
                followed.feed.snapshot()
                followed.time.rest(1.0)

        followed.time.start(watch)
        assert followed.calls(60.0)["tasks"] <= alone["tasks"] + 1
        assert followed.feed.known().value is not None


def test_the_end_is_seen_soon_after_it(tmp_path: Path) -> None:
    with followed_for(tmp_path, 10.0, 3) as followed:
        followed.time.run(11.1)
        assert followed.steps() == {"done": 3}


def test_after_a_restart_all_are_followed_in_one_list_again(tmp_path: Path) -> None:
    with timeline(START) as time:
        Followed(tmp_path, time, 100.0, 5).time.run(50.0)
        time.stop()
    with timeline(START + 50.0) as later:
        followed = Followed(tmp_path, later, 100.0)
        followed.kling.made = [{**each, "createTime": round(START * 1000)} for each in _made(5)]
        for number in range(5):
            followed.follow(str(number))
        calls = followed.calls(51.1)
        assert followed.steps() == {"done": 5}
        assert calls["task"] == 1
        followed.store.close()


def _made(count: int) -> list[dict[str, Any]]:
    with timeline() as nobody:
        kling = Timed(nobody, 100.0)
        for _ in range(count):
            kling.take()
        return kling.made


def test_what_is_not_on_the_list_is_asked_for_by_itself_one_at_a_time(tmp_path: Path) -> None:
    with followed_for(tmp_path, 100.0, 5) as followed:
        followed.kling.unlisted = {1, 2, 3}
        calls = followed.calls(60.0)
        assert 6 <= calls["task"] <= 13
        followed.time.run(100.0)
        assert followed.steps() == {"done": 5}


def test_a_task_that_is_unknown_at_first_is_followed_all_the_same(tmp_path: Path) -> None:
    with followed_for(tmp_path, 50.0, 3) as followed:
        followed.kling.unlisted, followed.kling.unknown_until = {1, 2, 3}, START + 12.0
        followed.time.run(30.0)
        assert followed.steps() == {"accepted": 3}
        followed.kling.unlisted = set()
        followed.time.run(30.0)
        assert followed.steps() == {"done": 3}


def test_a_task_that_stays_unknown_is_gone(tmp_path: Path) -> None:
    with followed_for(tmp_path, 500.0, 2) as followed:
        followed.time.run(30.0)
        followed.kling.made.clear()
        followed.time.run(200.0)
        assert followed.steps() == {"gone": 2}


def test_a_list_that_cannot_be_read_is_asked_for_once_for_all(tmp_path: Path) -> None:
    with followed_for(tmp_path, 60.0, 20) as followed:
        followed.time.run(6.0)
        followed.kling.before["tasks"].extend([ServerError(503, "down")] * 4)
        assert followed.calls(25.0)["tasks"] <= 5
        followed.time.run(120.0)
        assert followed.steps() == {"done": 20}
