"""Tasks: the documented answers, their way through time, and deleting."""

import json
from typing import Any

import pytest
import requests

from tests.sandbox.calls import balance, ids_of
from tests.sandbox_server import SECONDS, Sandbox, ok, refusal, sandbox_of

# The samples of the two pages, as the vendor prints them.
CREATE_SAMPLE = """
{ "task": { "id": 123456789, "userId": 12345, "type": "motion_control_imgs2video", "scene":
"NORMAL_CREATION", "status": 5, "status_name": "submitted", "status_final": false, "taskInfo": { "type":
"motion_control_imgs2video", "inputs": [ { "name": "image_origin", "inputType": "URL", "url":
"https://s21-kling.klingai.com/.../person.jpg", "fromWorkId": 0 }, { "name": "image_binary", "inputType":
"URL", "url": "https://s21-kling.klingai.com/...binary.zip" }, { "name": "motion_binary_1", "inputType":
"URL", "url": "https://s21-kling.klingai.com/...motion-binary.zip", "fromWorkId": -123456 }, { "name":
"motion_video_1", "inputType": "URL", "url": "https://s21-kling.klingai.com/...motion.mp4", "cover":
"https://s21-kling.klingai.com/...cover.jpg" } ], "arguments": [ { "name": "prompt", "value":
"Person dancing energetically" }, { "name": "duration", "value": "5" }, { "name": "model_mode", "value":
"std" }, { "name": "enable_audio", "value": "true" } ], "extraArgs": {}, "callbackPayloads": [], "scene":
"NORMAL_CREATION" }, "favored": false, "deleted": false, "viewed": false, "createTime": 1745376611075,
"updateTime": 1745376611075 }, "works": [], "status": 5, "status_name": "submitted", "status_final": false,
"message": "", "limitation": { "type": "motion_control_imgs2video", "remaining": 10000, "limit": 10000 },
"userPoints": { "points": [], "total": 0 }, "userTickets": { "ticket": [] }, "editProject": null }
"""
UPLOAD_SAMPLE = """
{ "task": { "id": 123456789, "userId": 12345, "type": "motion_control_motion_process", "scene":
"MOTION_EXTRACTION", "status": 5, "status_name": "submitted", "status_final": false, "taskInfo": { "type":
"motion_control_motion_process", "inputs": [ { "name": "input", "inputType": "URL", "token": null,
"blobStorage": null, "url": "https://s21-kling.klingai.com/.../video.mp4", "cover":
"https://s21-kling.klingai.com/.../image.jpg", "fromWorkId": 0, "fromUploadId": "" } ], "arguments": [ {
"name": "prompt", "value": "" }, { "name": "motionType", "value": "video2motion" }, { "name": "biz",
"value": "klingai" } ], "extraArgs": {}, "callbackPayloads": [], "scene": "MOTION_EXTRACTION" }, "favored":
false, "deleted": false, "viewed": false, "createTime": 1745376611075, "updateTime": 1745376611075 },
"works": [], "status": 5, "status_name": "submitted", "status_final": false, "message": "", "limitation": {
"type": "motion_control_motion_process", "remaining": 10000, "limit": 10000 }, "userPoints": { "points":
[], "total": 0 }, "userTickets": { "ticket": [] }, "editProject": null }
"""


def shape(value: Any) -> Any:
    """Names and kinds without the values; a named item of a list goes by its name, other lists stay open."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return {item["name"]: shape(item) for item in value if "name" in item}
    return type(value).__name__


def constants(value: Any) -> Any:
    """What does not change from one task to the next."""
    task = value["task"]
    return (
        *(task[name] for name in ("type", "scene", "status", "status_name", "status_final")),
        [(part["name"], part["inputType"]) for part in task["taskInfo"]["inputs"]],
        value["limitation"],
        value["message"],
        value["works"],
        value["userTickets"],
    )


def test_motion_create_answers_like_the_sample(sandbox: Sandbox) -> None:
    sample = json.loads(CREATE_SAMPLE)
    answer = ok(sandbox.order(prompt="Person dancing energetically"))
    assert shape(answer) == shape(sample)
    assert constants(answer) == constants(sample)
    assert answer["task"]["taskInfo"]["arguments"] == sample["task"]["taskInfo"]["arguments"]
    assert answer["task"]["taskInfo"]["inputs"][2]["fromWorkId"] == -100_000_000_000_004


def test_motion_upload_answers_like_the_sample(sandbox: Sandbox) -> None:
    sample = json.loads(UPLOAD_SAMPLE)
    answer = sandbox.motion()
    assert shape(answer) == shape(sample)
    assert constants(answer) == constants(sample)
    assert answer["task"]["taskInfo"]["arguments"] == sample["task"]["taskInfo"]["arguments"]


def test_ids_are_positive_and_survive_a_javascript_number(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    ids = [sandbox.task(image=image) for _ in range(3)]
    sandbox.finish()
    ids += [sandbox.work(task)["workId"] for task in ids]
    assert len(set(ids)) == 6
    assert all(0 < number < 2**53 for number in ids)


def test_ids_are_not_given_again_after_a_restart(sandbox: Sandbox) -> None:
    first = sandbox.task()
    sandbox.lever("reset")
    sandbox.clock.advance(1)
    assert sandbox.task() > first


# The samples of the two pages, as the vendor prints them.


# Through time


def test_a_task_goes_from_submitted_to_succeed_by_the_clock(sandbox: Sandbox) -> None:
    task = sandbox.task()
    seen = []
    for _ in range(8):
        item = ok(sandbox.get(f"/tasks/{task}"))
        assert [item[k] for k in ("status", "status_name")] == [item["task"][k] for k in ("status", "status_name")]
        assert bool(item["works"]) == item["status_final"]
        seen.append((item["status"], item["status_name"], item["status_final"], item["etaTime"]))
        sandbox.clock.advance(SECONDS / 6)
    assert seen[0] == (5, "submitted", False, 20_000)
    assert seen[1][:3] == (10, "processing", False)
    assert seen[5][3] == pytest.approx(20_000 / 6, abs=5)
    assert seen[7] == (99, "succeed", True, 0)
    assert [row[3] for row in seen] == sorted((row[3] for row in seen), reverse=True)


def test_looking_changes_nothing(sandbox: Sandbox) -> None:
    task = sandbox.task()
    first = sandbox.get(f"/tasks/{task}").json()
    assert sandbox.get(f"/tasks/{task}").json() == first
    sandbox.finish()
    later = sandbox.get(f"/tasks/{task}").json()
    sandbox.clock.advance(1000)
    assert sandbox.get(f"/tasks/{task}").json() == later


def test_a_waiting_task_tells_both_times(sandbox: Sandbox) -> None:
    item = ok(sandbox.get(f"/tasks/{sandbox.task()}"))
    assert item["etaTime"] == item["originEtaTime"] == 20_000
    assert item["queuingEtaTime"] == item["originQueuingEtaTime"] == 3_000
    assert item["etaTimeOverSla"] is False


def test_a_finished_task_has_its_work(sandbox: Sandbox) -> None:
    task = sandbox.task(duration=10)
    sandbox.finish()
    work = sandbox.work(task)
    assert work["taskId"] == task
    assert (work["status"], work["status_name"], work["status_final"]) == (99, "succeed", True)
    assert work["resource"]["duration"] == 10_000
    assert work["contentType"] == "video"
    assert work["resource"]["resource"].endswith(".mp4")
    assert work["cover"]["resource"].endswith(".jpg")
    [item] = ok(sandbox.get("/tasks"))["history"]
    assert item["works"] == [work]


def test_a_motion_takes_less_time_than_a_video(sandbox: Sandbox) -> None:
    task = sandbox.motion()["task"]["id"]
    sandbox.clock.advance(SECONDS * 0.4)
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "succeed"


def test_task_times_can_be_set() -> None:
    with sandbox_of(seconds=100, upload_seconds=1) as quick:
        video, motion = quick.task(), quick.motion()["task"]["id"]
        quick.clock.advance(1.5)
        assert ok(quick.get(f"/tasks/{motion}"))["status_final"] is True
        quick.clock.advance(90)
        assert ok(quick.get(f"/tasks/{video}"))["status_name"] == "processing"
        quick.clock.advance(10)
        assert ok(quick.get(f"/tasks/{video}"))["status_final"] is True


def test_after_seven_days_a_task_is_gone(sandbox: Sandbox) -> None:
    task = sandbox.task()
    sandbox.clock.advance(7 * 24 * 3600 - 1)
    assert sandbox.get(f"/tasks/{task}").status_code == 200
    sandbox.clock.advance(2)
    assert sandbox.get(f"/tasks/{task}").status_code == 410
    assert ok(sandbox.get("/tasks")) == {"history": []}


@pytest.mark.parametrize("task", ["1", "abc", "9" * 40, "-5", "%20"])
def test_an_unknown_task_is_404(sandbox: Sandbox, task: str) -> None:
    assert sandbox.get(f"/tasks/{task}").status_code == 404
    assert sandbox.delete(f"/tasks/{task}").status_code == 404
    assert sandbox.delete(f"/scheduler/{task}").status_code == 404


# Deleting


def test_delete_takes_the_works_with_it(sandbox: Sandbox) -> None:
    task = sandbox.task()
    sandbox.finish()
    work = sandbox.work(task)
    assert requests.get(work["cover"]["resource"], timeout=30).status_code == 200
    assert ok(sandbox.delete(f"/tasks/{task}")) == {"deleted": 1, "workIds": [work["workId"]]}
    assert sandbox.get(f"/tasks/{task}").status_code == 404
    assert ids_of(sandbox.get("/tasks")) == []
    assert requests.get(work["cover"]["resource"], timeout=30).status_code == 404
    assert requests.get(work["resource"]["resource"], timeout=30).status_code == 404
    assert refusal(sandbox.delete(f"/tasks/{task}")) == (404, f"No works found for task {task}")
    assert balance(sandbox) == 64_000


def test_a_task_without_works_yet_cannot_be_deleted(sandbox: Sandbox) -> None:
    task = sandbox.task()
    assert refusal(sandbox.delete(f"/tasks/{task}")) == (404, f"No works found for task {task}")
    assert sandbox.get(f"/tasks/{task}").status_code == 200
