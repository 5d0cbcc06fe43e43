"""A result is kept whole or not at all, whatever the service, the network and the disk do meanwhile."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling import Task
from kling.archive import PARTS, Archive, Pace, Worker, finding, room
from kling.archive.copying import FINAL_TRIES, NoRoom, Stopped
from kling.media import child_process
from kling.store.tables import results
from tests.archive.cdn import Fault, Service
from tests.archive.copier import Copier
from tests.sandbox_server import ok


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


def test_a_video_is_kept_with_everything_it_was_made_from(copier: Copier, service: Service, task: Task) -> None:
    task_id = copier.note(task)
    assert copier.copy()
    found = copier.archive.result(task_id)
    assert found is not None
    assert (found.state, found.reason, found.prompt) == ("kept", "", "A slow dance")
    assert found.width
    assert found.seconds
    _, video = video_of(service, task)
    assert copier.content(task_id) == video
    assert found.size == len(video)
    assert copier.content(task_id, "picture") == service.client().fetch_media(task.picture_url or "")
    assert copier.content(task_id, "motion_clip") == service.client().fetch_media(task.motion_url or "")
    assert copier.content(task_id, "cover")[:2] == b"\xff\xd8"
    assert not copier.copy()
    assert list(copier.archive.files.spool.glob("*.part")) == []


def test_a_lost_connection_goes_on_where_it_stopped(copier: Copier, service: Service, task: Task) -> None:
    path, video = video_of(service, task)
    service.cdn.faults[path] = ["drop", "drop"]
    task_id = copier.note(task)
    assert copier.copy()
    assert copier.content(task_id) == video
    ranges = [asked for where, asked in service.cdn.asked if where == path]
    assert ranges[0] == ""
    assert [int(asked.removeprefix("bytes=").rstrip("-")) for asked in ranges[1:]] == sorted(
        {len(video) // 2, len(video) // 2 + (len(video) - len(video) // 2) // 2}
    )


def test_a_process_that_stopped_half_way_is_followed_by_one_that_goes_on(
    copier: Copier, service: Service, task: Task
) -> None:
    path, video = video_of(service, task)
    service.cdn.faults[path] = ["drop", "500", "500", "500"]
    task_id = copier.note(task)
    assert copier.copy()
    assert copier.state(task_id) == ("waiting", "unreachable")
    [part] = copier.archive.files.spool.glob("*.part")
    come = part.stat().st_size
    assert come > len(video) // 3
    assert part.read_bytes() == video[:come]
    service.cdn.clear()
    other = Copier(copier.archive, service)
    other.now = copier.now + 4000
    assert other.copy()
    assert copier.content(task_id) == video
    assert service.cdn.asked[0] == (path, f"bytes={come - 1}-")


def test_a_part_of_another_file_is_not_gone_on_with(copier: Copier, service: Service, task: Task) -> None:
    path, video = video_of(service, task)
    service.cdn.faults[path] = ["drop", "500", "500", "500"]
    task_id = copier.note(task)
    copier.copy()
    [part] = copier.archive.files.spool.glob("*.part")
    part.rename(part.with_name(part.name.replace(part.suffixes[0], ".0123456789abcdef")))
    copier.later()
    copier.copy()
    assert copier.content(task_id) == video


@pytest.mark.parametrize("fault", ["403", "404", "410"])
def test_a_link_that_lapsed_is_asked_for_anew(copier: Copier, service: Service, task: Task, fault: Fault) -> None:
    path, _ = video_of(service, task)
    service.cdn.faults[path] = [fault]
    task_id = copier.note(lapsed(task))
    assert copier.copy()
    assert copier.state(task_id) == ("kept", "")
    found = copier.archive.result(task_id)
    assert found is not None
    assert all(found.hash_of(part) for part in PARTS)


@pytest.mark.parametrize("fault", ["html", "half", "longer", "empty"])
def test_what_is_no_whole_video_is_refused_and_asked_for_again(
    copier: Copier, service: Service, task: Task, fault: Fault
) -> None:
    path, video = video_of(service, task)
    own = (task.video_url or "").removeprefix(service.origin)
    for address in {path, own}:
        service.cdn.faults[address] = [fault] * 60
    task_id = copier.note(task)
    assert copier.copy()
    state, reason = copier.state(task_id)
    assert state == "waiting"
    assert reason in ("damaged", "unreachable")
    assert list(copier.archive.files.all()) == []
    assert not copier.copy()  # not in a hurry
    service.cdn.clear()
    copier.later()
    assert copier.copy()
    assert copier.content(task_id) == video


def test_what_stays_broken_is_given_up_and_said_once(
    copier: Copier, service: Service, task: Task, caplog: pytest.LogCaptureFixture
) -> None:
    service.cdn.faults[".mp4"] = ["half"] * 1000
    task_id = copier.note(task)
    with caplog.at_level(logging.WARNING, "kling.archive"):
        for _ in range(FINAL_TRIES + 3):
            copier.copy()
            copier.later()
    assert copier.state(task_id) == ("gone", "damaged")
    assert [record.getMessage() for record in caplog.records].count(
        f"The video of task {task_id} cannot be had any more (damaged)"
    ) == 1
    assert list(copier.archive.files.all()) == []


def test_what_kling_has_deleted_is_given_up_at_once(copier: Copier, service: Service) -> None:
    task = service.finished(prompt="Deleted soon")
    ok(service.delete(f"/tasks/{task.id}"))
    task_id = copier.note(lapsed(task))
    copier.copy()
    assert copier.state(task_id) == ("gone", "deleted")
    service.cdn.clear()
    copier.later()
    assert not copier.copy()


def test_a_video_is_kept_where_its_picture_cannot_be_had(copier: Copier, service: Service, task: Task) -> None:
    picture = (task.picture_url or "").removeprefix(service.origin)
    service.cdn.faults[picture] = ["404"] * 100
    task_id = copier.note(task)
    for _ in range(FINAL_TRIES):
        copier.copy()
        copier.later()
    assert copier.state(task_id) == ("kept", "picture")
    assert copier.content(task_id)


def test_a_video_whose_disk_is_full_waits_for_room(
    copier: Copier, service: Service, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = copier.note(task)
    monkeypatch.setattr(room, "SPARE", 1 << 60)
    with pytest.raises(NoRoom):
        copier.copy()
    assert copier.state(task_id) == ("waiting", "")
    assert copier.archive.room().problem == "disk"
    monkeypatch.setattr(room, "SPARE", 0)
    copier.copy()
    assert copier.state(task_id)[0] == "kept"


def test_nothing_is_kept_beyond_the_limit_and_nothing_is_deleted(
    copier: Copier, service: Service, task: Task, tmp_path: Path
) -> None:
    _, video = video_of(service, task)
    small = Archive(copier.archive.repository.store, "kling", copier.archive.files, limit=len(video) + 10)
    copier.copying.room = small.room
    task_id = copier.note(task)
    with pytest.raises(NoRoom):
        copier.copy()
    assert copier.content(task_id) == video  # the first part, which fitted, stays
    assert small.room().is_nearly_full
    assert small.room(100).problem == "limit"


def test_a_stop_leaves_what_has_come_to_the_next_process(copier: Copier, service: Service, task: Task) -> None:
    task_id = copier.note(task)
    copier.stops = True
    with pytest.raises(Stopped):
        copier.copy()
    copier.stops = False
    assert copier.copy()
    assert copier.state(task_id) == ("kept", "")


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


def test_while_nothing_is_due_nobody_looks_for_room(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(archive.files, "free", lambda: asked.append("free"))
    worker = Worker(archive, lambda _: pytest.fail("nothing is fetched"))
    worker._find()
    assert worker._copy() == Pace().looks
    assert not asked
    worker.stop()


def test_a_fault_of_this_machine_costs_no_result(copier: Copier, task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    """No process can be started to look at the file, say: that is no word about the file."""
    task_id = copier.note(task)
    with monkeypatch.context() as machine:

        def no_process(*_: object, **__: object) -> None:
            raise OSError(12, "Cannot allocate memory")

        machine.setattr(child_process, "_children", child_process.Children())  # none is there from a test before
        machine.setattr("subprocess.Popen", no_process)
        for _ in range(FINAL_TRIES + 1):
            with pytest.raises(OSError, match="memory"):
                copier.copy()
            assert copier.state(task_id) == ("waiting", "unreachable")
            copier.later()
    assert copier.copy()
    assert copier.state(task_id) == ("kept", "")
