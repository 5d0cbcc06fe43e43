"""Lenient in: whatever comes, something can be shown."""

import copy
import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling.errors import refusal
from kling.models import (
    Account,
    Asset,
    Capacity,
    Deleted,
    Download,
    Motion,
    Task,
    TaskPage,
    Upload,
)
from tests.models import seed_samples as seeds
from tests.models.any_json import JSON


def test_the_documented_answer_to_a_video() -> None:
    task = Task.read(seeds.CREATE_ANSWER)
    assert (task.id, task.type, task.state) == (123456789, "motion_control_imgs2video", "submitted")
    assert (task.is_final, task.is_readable, task.is_motion_video, task.is_motion_upload) == (False, True, True, False)
    assert (task.created, task.updated) == (1745376611075, 1745376611075)
    assert task.picture_url == "https://s21-kling.klingai.com/.../person.jpg"
    assert task.motion_url == "https://s21-kling.klingai.com/...motion.mp4"
    assert task.motion_cover_url == "https://s21-kling.klingai.com/...cover.jpg"
    assert task.motion_work_id == -123456
    assert task.prompt == "Person dancing energetically"
    assert (task.argument("duration"), task.argument("enable_audio"), task.argument("x")) == ("5", "true", None)
    assert (task.works, task.work_ids, task.video_url, task.cover_url, task.failure) == ([], [], None, None, None)
    assert task.limitation["remaining"] == 10000
    assert json.loads(task.to_json()) == task.raw == seeds.CREATE_ANSWER


def test_the_documented_answer_to_a_motion() -> None:
    task = Task.read(seeds.UPLOAD_ANSWER)
    assert task.is_motion_upload
    assert not task.is_motion_video
    assert task.input_url("input") == "https://s21-kling.klingai.com/.../video.mp4"
    assert [each.cover for each in task.inputs] == ["https://s21-kling.klingai.com/.../image.jpg"]
    assert task.argument("motionType") == "video2motion"
    assert task.motion_work_id is None


@pytest.mark.parametrize(
    ("points", "credits"),
    [
        (seeds.CREATE_ANSWER["userPoints"], None),  # as documented: nothing is told
        ({"points": [{"balance": 0}], "total": 0}, 0.0),
        ({"points": [], "total": 66_000}, 660.0),
        ({"total": 0}, 0.0),
        ({"total": "66000"}, None),
        ({"total": True}, None),
        (None, None),
    ],
)
def test_what_an_order_leaves(points: Any, credits: float | None) -> None:
    assert Task.read({"userPoints": points}).credits_left == credits


@pytest.mark.parametrize("body", seeds.REFUSALS)
def test_the_documented_refusals(body: dict[str, Any]) -> None:
    assert refusal(400, body, None, datetime.now(UTC)).words == body["error"]


@pytest.mark.parametrize("sample", [seeds.CREATE_ANSWER, seeds.UPLOAD_ANSWER])
@pytest.mark.parametrize("wrong", [None, 3, "x", True, [], {}, [None], {"a": {}}, 1.5], ids=repr)
def test_any_part_may_be_of_another_kind(sample: Any, wrong: Any) -> None:
    for path in paths(sample):
        task = Task.read(replaced(sample, path, wrong))
        assert use(task)
        if path[:1] != ("task",):
            assert task.id == 123456789
        if path[:2] == ("task", "taskInfo"):
            assert task.created == 1745376611075
        if path[:3] == ("task", "taskInfo", "inputs") and len(path) > 4:
            assert len(task.inputs) == len(sample["task"]["taskInfo"]["inputs"])
        if path[:3] == ("task", "taskInfo", "inputs"):
            assert task.info.scene == sample["task"]["taskInfo"]["scene"]


def paths(value: Any) -> list[tuple[Any, ...]]:
    """The way to every part of a JSON value."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, part in steps for path in [(key,), *((key, *rest) for rest in paths(part))]]


def replaced(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    if not path:
        return part
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], part)
    return changed


def use(task: Task) -> bool:
    """Everything a page asks of a task."""
    for name, part in vars(Task).items():
        if isinstance(part, property):
            getattr(task, name)
    task.argument("prompt")
    return isinstance(task.to_json(), str)


def test_a_finished_task() -> None:
    work = {
        "workId": "9007199254740993",
        "resource": {"resource": "https://x.y/1.mp4", "duration": 5041.7},
        "cover": {"resource": "https://x.y/1.jpg"},
    }
    task = Task.read({**seeds.CREATE_ANSWER, "works": [None, {"workId": 1.5}, work, 7], "status_final": True})
    assert task.video_url == "https://x.y/1.mp4"
    assert task.cover_url == "https://x.y/1.jpg"
    assert task.work_ids == [2**53 + 1]
    assert [each.resource.duration for each in task.works if each.resource] == [5042]
    assert task.is_final


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"error": "No person"}, "No person"),
        ({"error": {"message": "No person"}, "message": "x"}, "No person"),
        ({"status_name": "failed", "message": " Timed out "}, "Timed out"),
        ({"status_name": "failed", "message": "", "works": [{"message": "Bad frame"}]}, "Bad frame"),
        ({"status_name": "failed"}, None),
        ({"status_name": "processing", "message": "Queued"}, None),
    ],
)
def test_what_went_wrong(parts: dict[str, Any], words: str | None) -> None:
    assert Task.read({"task": {"id": 1}, **parts}).failure == words


def test_unknown_words_and_fields_are_kept() -> None:
    task = Task.read({"task": {"id": 1, "new": [1]}, "status_name": "paused", "brand": "new"})
    assert task.state == "paused"
    assert task.model_extra == {"brand": "new"}
    assert Task.read({"task": {"id": 1, "status_name": "failed", "status_final": True}}).state == "failed"
    assert Task.read({"task": {"id": 1, "status_final": True}}).is_final
    assert Task.read({}).state == "unknown"


@pytest.mark.parametrize("id_", [2**53 + 1, -100000000000004, 10**30, "9007199254740993", 7.0])
def test_ids_keep_their_digits(id_: Any) -> None:
    assert Task.read({"task": {"id": id_}}).id == int(id_)
    assert type(Task.read({"task": {"id": id_}}).id) is int


@pytest.mark.parametrize("id_", [True, 2.0**60, math.inf, math.nan, "x", "", [], 1.5])
def test_what_is_no_id(id_: Any) -> None:
    assert Task.read({"task": {"id": id_, "type": "t"}, "message": "m"}).id is None
    assert Task.read({"task": {"id": id_, "type": "t"}}).type == "t"


@given(JSON)
def test_reading_never_fails(value: Any) -> None:
    for model in (Task, Motion, Account, Capacity, Asset, Upload, Deleted, Download):
        assert isinstance(model.read(value), model)
    assert use(Task.read(value))


@given(st.integers(), JSON, JSON, JSON, st.dictionaries(st.text(), JSON, max_size=5))
def test_an_id_survives_its_surroundings(id_: int, works: Any, info: Any, status: Any, rest: dict[str, Any]) -> None:
    value = {**rest, "task": {**rest, "id": id_, "taskInfo": info}, "works": works, "status_final": status}
    task = Task.read(value)
    assert task.id == id_
    assert use(task)


def test_depth_is_no_obstacle() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    assert use(Task.read({"task": {"id": 1, "extra": deep}, "works": deep}))


def test_what_came_just_as_before_is_not_read_again() -> None:
    def items(state: str) -> list[Any]:
        one, other = {"task": {"id": 1}, "status": "succeed"}, {"task": {"id": 2}, "status": state}
        return [one, other, "nonsense", {"task": []}]

    before = TaskPage.read(items("processing"))
    now = TaskPage.read([{"task": {"id": 3}}, *items("succeed")], before)
    assert [task.id for task in now] == [3, 1, 2, None, None]
    assert now[1] is before[0]
    assert now[2] is not before[1]
    assert [task.raw for task in now] == [{"task": {"id": 3}}, *items("succeed")]


def test_a_page_knows_its_oldest() -> None:
    page = TaskPage(Task.read({"task": {"id": n, "createTime": time}}) for n, time in ((1, 30), (2, None), (3, 10)))
    assert page.oldest == 10
    assert TaskPage().oldest is None


def test_a_motion_of_the_first_generation() -> None:
    motion = Motion.read(
        {
            "workName": "Wave",
            "workId": -100000000000004,
            "official": True,
            "tag": "dance",
            "resource": {"resource": "https://x.y/m.mp4"},
            "cover": {"resource": "https://x.y/m.jpg"},
            "extData": {"output_binary": "https://x.y/b", "bvh_binary": "https://x.y/c"},
        }
    )
    assert (motion.key, motion.name, motion.tag) == ("-100000000000004", "Wave", "dance")
    assert (motion.video_url, motion.cover_url) == ("https://x.y/m.mp4", "https://x.y/m.jpg")
    assert motion.is_official
    assert not motion.is_reference
    assert Motion.read({"workId": -1}).is_official
    assert not Motion.read({"workId": 1, "taskId": 2}).is_official
    assert Motion.read({"workId": 1}).name == "Motion 1"


def test_a_motion_of_the_second_generation() -> None:
    motion = Motion.read(
        {
            "assetId": 7,
            "assetType": "MOTION",
            "url": "https://x.y/m.mp4",
            "coverUrl": "https://x.y/m.jpg",
            "duration": 5000,
            "hasAudio": False,
        }
    )
    assert (motion.key, motion.video_url, motion.cover_url) == ("7", "https://x.y/m.mp4", "https://x.y/m.jpg")
    assert (motion.duration, motion.has_audio, motion.is_reference, motion.is_official) == (5000, False, True, False)


def test_what_an_account_has_left() -> None:
    points = [{"orderId": "a", "amount": 66000, "balance": 12350, "endTime": 1745376611075}, None]
    account = Account.read({"email": "a@b.c", "maxJobs": 5, "balance": {"points": points, "total": 12350}})
    assert account.credits == 123.5
    assert [(part.amount, part.balance, part.end_time) for part in account.points] == [(66000, 12350, 1745376611075)]
    unknowns: list[Any] = [{}, {"balance": None}, {"balance": {}}, {"balance": {"total": "x"}}, {"balance": []}]
    for unknown in unknowns:
        assert Account.read(unknown).credits is None
        assert Account.read(unknown).points == []


def test_how_many_places_are_free() -> None:
    job = {"id": "j", "email": "a@b.c", "started": "x", "elapsed": "01:02", "replyUrl": "u", "replyRef": "r"}
    slots = [{"email": "a@b.c", "maxJobs": 5, "executing": 2, "available": 3}, {"available": 1}, {"available": "x"}, 3]
    capacity = Capacity.read({"executing": [job], "available": slots})
    assert capacity.free == 4
    assert (capacity.executing[0].elapsed, capacity.executing[0].reply_ref) == ("01:02", "r")
    assert Capacity.read({}).free is None


def test_the_other_answers() -> None:
    asset = Asset.read({"status": 3, "url": "https://x.y/a.jpg", "message": "", "fileName": "abc.jpg"})
    assert (asset.url, asset.file_name, asset.status, asset.resource_url) == ("https://x.y/a.jpg", "abc.jpg", 3, None)
    upload = Upload.read(
        {
            "id": 5,
            "name": "abc",
            "contentType": "video",
            "resource": {"resource": "https://x.y/u", "height": 2, "width": 1, "duration": 3},
            "cover": {"resource": "https://x.y/c"},
            "createTime": 4,
        }
    )
    assert (upload.url, upload.cover_url) == ("https://x.y/u", "https://x.y/c")
    assert (upload.width, upload.height, upload.duration) == (1, 2, 3)
    assert (upload.id, upload.name, upload.content_type, upload.create_time) == (5, "abc", "video", 4)
    assert (Upload.read({}).url, Upload.read(None).width) == (None, None)
    deleted = Deleted.read({"deleted": 1, "workIds": [1, "2", "x", None]})
    assert (deleted.deleted, deleted.work_ids) == (1, [1, 2])
    assert Download.read({"cdnUrl": "https://x.y/u", "status": "success"}).cdn_url == "https://x.y/u"
