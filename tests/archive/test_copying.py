"""A result is kept whole or not at all, whatever the service, the network and the disk do meanwhile."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kling import Task
from kling.archive import PARTS, Archive, Pace, Worker, finding, room
from kling.archive.claims import Claims
from kling.archive.copying import FINAL_TRIES, Copying, NoRoom, Stopped
from kling.feed import TaskSummary
from kling.store.tables import orders, results
from tests.archive.cdn import Fault, Service, service_of
from tests.sandbox_server import ok


@pytest.fixture(scope="module")
def practice() -> Iterator[tuple[Service, Task]]:
    with service_of() as service:
        yield service, service.finished(prompt="A slow dance")


@pytest.fixture
def service(practice: tuple[Service, Task]) -> Service:
    practice[0].cdn.clear()
    return practice[0]


@pytest.fixture
def task(practice: tuple[Service, Task]) -> Task:
    return practice[1]


class Desk:
    """An archive and what copies into it, by a clock in hand."""

    def __init__(self, archive: Archive, service: Service) -> None:
        self.archive, self.service = archive, service
        self.now = service.clock.now
        self.claims = Claims(archive.repository, archive.files.spool, lambda: self.now)
        self.stops = False
        self.copying = Copying(
            self.claims, archive.files, lambda _: service.client(), archive.room, lambda: self.stops, lambda: self.now
        )
        archive.repository.store.open()

    def note(self, task: Task, **changes: Any) -> str:
        self.archive.repository.add([finding.row_of_task(task, self.now) | changes])
        return str(task.id)

    def copy(self) -> bool:
        """Copy one result that is due; whether there was one."""
        whole = self.claims.take()
        if whole is not None:
            self.copying.copy(whole)
        return whole is not None

    def later(self) -> None:
        self.now += 4000.0

    def content(self, task_id: str, part: Any = "video") -> bytes:
        file = self.archive.file_of(task_id, part)
        assert file is not None
        return b"".join(self.archive.pieces(file))

    def state(self, task_id: str) -> tuple[str, str]:
        found = self.archive.result(task_id)
        assert found is not None
        return found.state, found.reason


@pytest.fixture
def desk(archive: Archive, service: Service) -> Desk:
    return Desk(archive, service)


def video_of(service: Service, task: Task) -> tuple[str, bytes]:
    """The address of the video without Kling's mark, as the client asks for it, and its bytes."""
    url = service.client().get_download(task.work_ids).cdn_url or ""
    found = service.client().fetch_media(url)
    service.cdn.clear()
    return url.removeprefix(service.origin), found


def lapsed(task: Task) -> Task:
    """The same with links that hold no longer."""
    text = json.dumps(task.raw).replace('.mp4"', '.mp4?lapsed=1"').replace('.jpg"', '.jpg?lapsed=1"')
    return Task.read(json.loads(text))


def test_a_video_is_kept_with_everything_it_was_made_from(desk: Desk, service: Service, task: Task) -> None:
    task_id = desk.note(task)
    assert desk.copy()
    found = desk.archive.result(task_id)
    assert found is not None
    assert (found.state, found.reason, found.prompt) == ("kept", "", "A slow dance")
    assert found.width
    assert found.seconds
    _, video = video_of(service, task)
    assert desk.content(task_id) == video
    assert found.size == len(video)
    assert desk.content(task_id, "picture") == service.client().fetch_media(task.picture_url or "")
    assert desk.content(task_id, "motion_clip") == service.client().fetch_media(task.motion_url or "")
    assert desk.content(task_id, "cover")[:2] == b"\xff\xd8"
    assert not desk.copy()
    assert list(desk.archive.files.spool.glob("*.part")) == []


def test_a_lost_connection_goes_on_where_it_stopped(desk: Desk, service: Service, task: Task) -> None:
    path, video = video_of(service, task)
    service.cdn.faults[path] = ["drop", "drop"]
    task_id = desk.note(task)
    assert desk.copy()
    assert desk.content(task_id) == video
    ranges = [asked for where, asked in service.cdn.asked if where == path]
    assert ranges[0] == ""
    assert [int(asked.removeprefix("bytes=").rstrip("-")) for asked in ranges[1:]] == sorted(
        {len(video) // 2, len(video) // 2 + (len(video) - len(video) // 2) // 2}
    )


def test_a_process_that_stopped_half_way_is_followed_by_one_that_goes_on(
    desk: Desk, service: Service, task: Task
) -> None:
    path, video = video_of(service, task)
    service.cdn.faults[path] = ["drop", "500", "500", "500"]
    task_id = desk.note(task)
    assert desk.copy()
    assert desk.state(task_id) == ("waiting", "unreachable")
    [part] = desk.archive.files.spool.glob("*.part")
    come = part.stat().st_size
    assert come > len(video) // 3
    assert part.read_bytes() == video[:come]
    service.cdn.clear()
    other = Desk(desk.archive, service)
    other.now = desk.now + 4000
    assert other.copy()
    assert desk.content(task_id) == video
    assert service.cdn.asked[0] == (path, f"bytes={come - 1}-")


def test_a_part_of_another_file_is_not_gone_on_with(desk: Desk, service: Service, task: Task) -> None:
    path, video = video_of(service, task)
    service.cdn.faults[path] = ["drop", "500", "500", "500"]
    task_id = desk.note(task)
    desk.copy()
    [part] = desk.archive.files.spool.glob("*.part")
    part.rename(part.with_name(part.name.replace(part.suffixes[0], ".0123456789abcdef")))
    desk.later()
    desk.copy()
    assert desk.content(task_id) == video


@pytest.mark.parametrize("fault", ["403", "404", "410"])
def test_a_link_that_lapsed_is_asked_for_anew(desk: Desk, service: Service, task: Task, fault: Fault) -> None:
    path, _ = video_of(service, task)
    service.cdn.faults[path] = [fault]
    task_id = desk.note(lapsed(task))
    assert desk.copy()
    assert desk.state(task_id) == ("kept", "")
    found = desk.archive.result(task_id)
    assert found is not None
    assert all(found.hash_of(part) for part in PARTS)


@pytest.mark.parametrize("fault", ["html", "half", "longer", "empty"])
def test_what_is_no_whole_video_is_refused_and_asked_for_again(
    desk: Desk, service: Service, task: Task, fault: Fault
) -> None:
    path, video = video_of(service, task)
    own = (task.video_url or "").removeprefix(service.origin)
    for address in {path, own}:
        service.cdn.faults[address] = [fault] * 60
    task_id = desk.note(task)
    assert desk.copy()
    state, reason = desk.state(task_id)
    assert state == "waiting"
    assert reason in ("damaged", "unreachable")
    assert list(desk.archive.files.all()) == []
    assert not desk.copy()  # not in a hurry
    service.cdn.clear()
    desk.later()
    assert desk.copy()
    assert desk.content(task_id) == video


def test_what_stays_broken_is_given_up_and_said_once(
    desk: Desk, service: Service, task: Task, caplog: pytest.LogCaptureFixture
) -> None:
    service.cdn.faults[".mp4"] = ["half"] * 1000
    task_id = desk.note(task)
    with caplog.at_level(logging.WARNING, "kling.archive"):
        for _ in range(FINAL_TRIES + 3):
            desk.copy()
            desk.later()
    assert desk.state(task_id) == ("gone", "damaged")
    assert [record.getMessage() for record in caplog.records].count(
        f"The video of task {task_id} cannot be had any more (damaged)"
    ) == 1
    assert list(desk.archive.files.all()) == []


def test_what_kling_has_deleted_is_given_up_at_once(desk: Desk, service: Service) -> None:
    task = service.finished(prompt="Deleted soon")
    ok(service.delete(f"/tasks/{task.id}"))
    task_id = desk.note(lapsed(task))
    desk.copy()
    assert desk.state(task_id) == ("gone", "deleted")
    service.cdn.clear()
    desk.later()
    assert not desk.copy()


def test_a_video_is_kept_where_its_picture_cannot_be_had(desk: Desk, service: Service, task: Task) -> None:
    picture = (task.picture_url or "").removeprefix(service.origin)
    service.cdn.faults[picture] = ["404"] * 100
    task_id = desk.note(task)
    for _ in range(FINAL_TRIES):
        desk.copy()
        desk.later()
    assert desk.state(task_id) == ("kept", "picture")
    assert desk.content(task_id)


def test_a_video_whose_disk_is_full_waits_for_room(
    desk: Desk, service: Service, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = desk.note(task)
    monkeypatch.setattr(room, "SPARE", 1 << 60)
    with pytest.raises(NoRoom):
        desk.copy()
    assert desk.state(task_id) == ("waiting", "")
    assert desk.archive.room().problem == "disk"
    monkeypatch.setattr(room, "SPARE", 0)
    desk.copy()
    assert desk.state(task_id)[0] == "kept"


def test_nothing_is_kept_beyond_the_limit_and_nothing_is_deleted(
    desk: Desk, service: Service, task: Task, tmp_path: Path
) -> None:
    _, video = video_of(service, task)
    small = Archive(desk.archive.repository.store, "kling", desk.archive.files, limit=len(video) + 10)
    desk.copying.room = small.room
    task_id = desk.note(task)
    with pytest.raises(NoRoom):
        desk.copy()
    assert desk.content(task_id) == video  # the first part, which fitted, stays
    assert small.room().is_nearly_full
    assert small.room(100).problem == "limit"


def test_a_stop_leaves_what_has_come_to_the_next_process(desk: Desk, service: Service, task: Task) -> None:
    task_id = desk.note(task)
    desk.stops = True
    with pytest.raises(Stopped):
        desk.copy()
    desk.stops = False
    assert desk.copy()
    assert desk.state(task_id) == ("kept", "")


# Who notes what


def order_row(task: Task, **changes: Any) -> dict[str, Any]:
    return {
        "service": "kling", "id": "order-1", "kind": "video", "person": "ann@x.y", "title": "Wave", "account": "a@b.c",
        "body": json.dumps({"prompt": "as ordered", "mode": "pro"}), "step": "done", "placed_at": 1.0,
        "ended_at": 2.0, "task_id": task.id, "task": task.to_json(), "project": "spring",
    } | changes  # fmt: skip


def test_an_order_that_is_done_is_noted_once(desk: Desk, task: Task) -> None:
    with desk.archive.repository.store.engine.begin() as connection:
        connection.execute(
            sa.insert(orders),
            [
                order_row(task),
                order_row(task, id="2", task_id=5, step="failed"),
                order_row(task, id="3", task_id=6, kind="motion"),
            ],
        )
    assert [finding.note_orders(desk.archive.repository, 10.0) for _ in range(2)] == [1, 0]
    whole = desk.archive.whole(str(task.id))
    assert whole is not None
    assert whole.settings == {"prompt": "as ordered", "mode": "pro"}
    assert replace(whole.result, motion="", picture_key="") == replace(
        whole.result, person="ann@x.y", title="Wave", account="a@b.c", order_id="order-1", project="spring",
        mode="pro", prompt="as ordered", motion="", picture_key="",
    )  # fmt: skip


def test_tasks_made_elsewhere_are_noted_when_they_are_seen(desk: Desk, service: Service, task: Task) -> None:
    unfinished = service.client().get_task(service.task())
    seen = [TaskSummary.of(task), TaskSummary.of(unfinished)]
    assert finding.note_tasks(desk.archive.repository, "a@b.c", seen, desk.now) == 1
    assert finding.note_tasks(desk.archive.repository, "a@b.c", seen, desk.now) == 0
    assert desk.copy()
    assert desk.state(str(task.id)) == ("kept", "")


# Several at once


def test_two_processes_keep_each_file_once(either_archive: Archive, service: Service, task: Task) -> None:
    repository = either_archive.repository
    repository.store.open()
    texts = [json.dumps(task.raw).replace(str(task.id), str(10_000 + n)) for n in range(8)]
    repository.add([finding.row_of_task(Task.read(json.loads(text)), 1.0) for text in texts])
    pace = Pace(looks=0.05, fault=0.05)
    workers = [Worker(either_archive, lambda _: service.client(), pace=pace) for _ in range(2)]
    for worker in workers:
        worker.start()
    try:
        while either_archive.counts() != {"kept": 8}:
            assert either_archive.counts().keys() <= {"waiting", "kept"}
    finally:
        for worker in workers:
            worker.stop()
    stored = list(either_archive.files.all())
    assert len(stored) == len({each.name for each in stored}) <= 5
    assert sum(each.size for each in stored) == repository.used()
    with repository.store.engine.connect() as connection:
        assert connection.scalars(sa.select(results.c.worker).distinct()).all() == [None]
