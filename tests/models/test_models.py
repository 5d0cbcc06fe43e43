"""Strict out: a value against a rule never leaves. Lenient in: whatever comes, something can be shown."""

import copy
import json
import math
import pickle
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling.errors import InvalidInput, refusal
from kling.models import (
    Account,
    Asset,
    Capacity,
    Deleted,
    Download,
    Motion,
    MotionCreateRequest,
    MotionUploadRequest,
    ReferenceMotionRequest,
    Request,
    Task,
    TaskPage,
    Upload,
)
from tests.models import seed_samples as seeds

CREATE: dict[str, Any] = {"work_id": -123456, "image": "https://x.y/p.jpg"}
UPLOAD: dict[str, Any] = {"resource_url": "https://x.y/v.mp4", "cover_url": "https://x.y/c.jpg"}
REFERENCE: dict[str, Any] = {"image_url": "https://x.y/p.jpg", "motion_url": "https://x.y/m.mp4"}
MODELS: list[tuple[type[Request], dict[str, Any]]] = [
    (MotionCreateRequest, CREATE),
    (MotionUploadRequest, UPLOAD),
    (ReferenceMotionRequest, REFERENCE),
]
each_request = pytest.mark.parametrize(("model", "least"), MODELS, ids=[model.__name__ for model, _ in MODELS])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)


# --- what is sent ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (MotionCreateRequest, seeds.CREATE_BODY),
        (MotionCreateRequest, seeds.CREATE_EXAMPLE),
        (MotionUploadRequest, seeds.UPLOAD_BODY),
        (MotionUploadRequest, seeds.UPLOAD_EXAMPLE),
    ],
)
def test_the_documented_bodies(model: type[Request], body: dict[str, Any]) -> None:
    assert model(**body).to_wire() == body
    assert model.model_validate(body).to_wire() == body
    assert model.model_validate_json(json.dumps(body)).to_wire() == body


@each_request
def test_either_name_is_taken_and_nothing_is_added(model: type[Request], least: dict[str, Any]) -> None:
    by_name = model(**least)
    assert by_name == model(**by_name.to_wire())
    assert len(by_name.to_wire()) == len(least)
    assert model(**least, reply_url=None).to_wire() == by_name.to_wire()


def test_the_wire_names() -> None:
    request = MotionCreateRequest(**CREATE, max_jobs=5, reply_url="https://a.b", reply_ref="c", character_id=10)
    assert request.to_wire() == {
        "workId": -123456,
        "image": "https://x.y/p.jpg",
        "maxJobs": 5,
        "replyUrl": "https://a.b",
        "replyRef": "c",
        "character_id": 10,
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [(5, 5), ("-100000000000004", -100000000000004), ("9007199254740993", 2**53 + 1), (" 12 ", 12)],
)
def test_a_motion_keeps_all_its_digits(given: Any, sent: int) -> None:
    request = MotionCreateRequest(work_id=given, image="https://x.y")
    assert request.to_wire()["workId"] == sent
    assert request.is_official is (sent < 0)


def test_a_length_is_sent_as_text() -> None:
    assert MotionCreateRequest(**CREATE, duration=10).to_wire()["duration"] == "10"  # type: ignore[arg-type]
    assert MotionCreateRequest(**CREATE, duration="5").to_wire()["duration"] == "5"


NO_NUMBERS: list[Any] = [None, 0, True, 1.0, math.nan, "abc", "", "1_0", "1.5", 2**63, [1]]
NO_LINKS: list[Any] = [None, "", "person.jpg", "ftp://x.y", "https://", "http://[", b"https://x.y", 1]
NO_LENGTHS: list[Any] = [7, "7", 5.0, True, "5s", ""]
AGAINST_A_RULE: list[tuple[str, Any]] = [
    *(("work_id", value) for value in NO_NUMBERS),
    *(("image", value) for value in NO_LINKS),
    *((name, "x" * 2501) for name in ("prompt", "audio_prompt", "music_prompt")),
    *(("prompt", value) for value in (1, b"x", ["x"])),
    *(("duration", value) for value in NO_LENGTHS),
    *(("mode", value) for value in ("", "PRO", "fast", 1)),
    *(("character_id", value) for value in (-1, 11, True, "0", 1.0)),
    *((name, value) for name in ("change_direction", "sound_effect", "enable_asmr") for value in (0, "true", "x")),
    *(("max_jobs", value) for value in (0, 51, True, "5", 2.0)),
    *(("reply_url", value) for value in NO_LINKS[1:]),
    *(("reply_ref", value) for value in (1, b"x")),
    *(("email", value) for value in ("", 1)),
]


@pytest.mark.parametrize(("field", "value"), AGAINST_A_RULE, ids=lambda part: repr(part)[:30])
def test_a_value_against_a_rule(field: str, value: Any) -> None:
    wire = MotionCreateRequest.model_fields[field].alias or field
    for name in {field, wire}:
        values = {key: part for key, part in CREATE.items() if key != field} | {name: value}
        for build in (lambda given: MotionCreateRequest(**given), MotionCreateRequest.model_validate):
            with pytest.raises(InvalidInput) as caught:
                build(values)
            assert caught.value.field == field
            assert str(caught.value).startswith(MotionCreateRequest.label(field))


@pytest.mark.parametrize(
    ("field", "value"), [("audio_prompt", "rain"), ("music_prompt", ""), ("enable_asmr", True), ("enable_asmr", False)]
)
def test_nothing_about_sound_without_sound(field: str, value: Any) -> None:
    assert MotionCreateRequest(**CREATE, sound_effect=True, **{field: value})
    assert MotionCreateRequest(**CREATE, **{field: value})
    with pytest.raises(InvalidInput, match="sound switched off") as caught:
        MotionCreateRequest(**{field: value}, **CREATE, sound_effect=False)
    assert caught.value.field == field


def test_a_saved_character_needs_version_3() -> None:
    assert ReferenceMotionRequest(**REFERENCE, element_1="7")
    with pytest.raises(InvalidInput) as caught:
        ReferenceMotionRequest(**REFERENCE, element_1="7", model_name="kling-v2-6")
    assert caught.value.field == "element_1"


def test_a_reference_video_by_the_wire_names() -> None:
    request = ReferenceMotionRequest(**REFERENCE, keep_audio=True, motion_direction="image_direction")
    assert request.to_wire() == {
        "imageUrl": "https://x.y/p.jpg",
        "motionUrl": "https://x.y/m.mp4",
        "keepAudio": True,
        "motionDirection": "image_direction",
    }


def test_a_misspelt_name_is_told_with_the_right_one() -> None:
    with pytest.raises(InvalidInput, match="Did you mean `prompt`") as caught:
        MotionCreateRequest(**CREATE, promt="x")  # type: ignore[call-arg]
    assert caught.value.field == "promt"


def test_a_field_given_under_both_names_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        MotionCreateRequest(**CREATE, workId=1)  # type: ignore[call-arg]
    assert caught.value.field == "work_id"


@each_request
@pytest.mark.parametrize("value", [None, 3, "x", [], [1], b"{}"])
def test_what_is_no_object_at_all(model: type[Request], least: Any, value: Any) -> None:
    with pytest.raises(InvalidInput):
        model.model_validate(value)
    with pytest.raises(InvalidInput):
        model.model_validate_json("{")


def test_a_request_does_not_change() -> None:
    request = MotionCreateRequest(**CREATE)
    with pytest.raises(InvalidInput):
        request.prompt = "x"  # type: ignore[misc]
    with pytest.raises(InvalidInput):
        request.model_copy(update={"prompt": "x" * 2501})
    with pytest.raises(InvalidInput):
        request.model_copy(update={"promt": "x"})
    assert request.model_copy(update={"prompt": "x"}).to_wire() == {**request.to_wire(), "prompt": "x"}
    assert copy.deepcopy(request) == pickle.loads(pickle.dumps(request)) == request


def test_the_refusal_repeats_nothing_that_was_given() -> None:
    secret = "".join(["s3", "cret"])
    with pytest.raises(InvalidInput) as caught:
        MotionCreateRequest(**{**CREATE, "reply_url": secret, "mode": secret})
    assert secret not in "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))


@each_request
def test_every_field_has_help_in_plain_words(model: type[Request], least: Any) -> None:
    for name in model.model_fields:
        text = model.help(name)
        assert text[0].isupper()
        assert text.endswith(".")
        assert not any(word in text for word in ("!", "API", "JSON", "URL", "workId", "_", "callback"))
        assert model.label(name)[0].isupper()


@given(st.dictionaries(st.sampled_from([*MotionCreateRequest.model_fields, "workId", "maxJobs", "x"]), JSON))
def test_a_request_builds_or_is_refused(values: dict[str, Any]) -> None:
    try:
        request = MotionCreateRequest(**values)
    except InvalidInput:
        return
    assert MotionCreateRequest(**json.loads(json.dumps(request.to_wire()))) == request


# --- what is read ---------------------------------------------------------------------------------------------


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
