"""Tasks: the documented answers, their way through time, slots, credits, and failures made on purpose."""

import json
import time
from typing import Any

import pytest
import requests

from kling.sandbox import PROMPT_WORDS, AccountSetup, Limits, Listing

from .sandbox_server import SECONDS, START, Sandbox, mp4, ok, refusal, sandbox_of

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


# The list


def order_many(sandbox: Sandbox, count: int) -> list[int]:
    """Ids of tasks made one second apart, oldest first."""
    image, ids = sandbox.picture(), []
    for _ in range(count):
        ids.append(sandbox.task(image=image))
        sandbox.clock.advance(SECONDS)
    return ids


def ids_of(answer: requests.Response) -> list[int]:
    return [item["task"]["id"] for item in ok(answer)["history"]]


def test_the_list_is_newest_first_and_comes_in_pages(sandbox: Sandbox) -> None:
    ids = order_many(sandbox, 5)
    newest = list(reversed(ids))
    assert ids_of(sandbox.get("/tasks")) == newest
    seen: list[int] = []
    before: dict[str, int] = {}
    while page := ok(sandbox.get("/tasks", pageSize=2, **before))["history"]:
        seen += [item["task"]["id"] for item in page]
        before = {"createdBefore": min(item["task"]["createTime"] for item in page)}
    assert seen == newest


def test_tasks_of_one_moment_are_not_lost_between_pages(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    ids = [sandbox.task(image=image) for _ in range(3)]
    [first] = ok(sandbox.get("/tasks", pageSize=1))["history"]
    rest = ids_of(sandbox.get("/tasks", createdBefore=first["task"]["createTime"]))
    assert [first["task"]["id"], *rest] == list(reversed(ids))


def test_the_list_after_a_moment(sandbox: Sandbox) -> None:
    ids = order_many(sandbox, 3)
    created = ok(sandbox.get(f"/tasks/{ids[1]}"))["task"]["createTime"]
    assert ids_of(sandbox.get("/tasks", createdAfter=created)) == [ids[2]]
    assert ids_of(sandbox.get("/tasks", createdAfter=created - 1)) == [ids[2], ids[1]]
    assert ids_of(sandbox.get("/tasks", createdBefore=created)) == [ids[0]]


def test_the_list_by_kind_of_content(sandbox: Sandbox) -> None:
    task = sandbox.task()
    assert ids_of(sandbox.get("/tasks", contentType="video")) == [task]
    assert ids_of(sandbox.get("/tasks", contentType="image")) == []
    assert ids_of(sandbox.get("/tasks", contentType="audio")) == []


def test_a_hundred_tasks_are_listed_at_once() -> None:
    with sandbox_of(accounts=[AccountSetup("a@example.com", max_jobs=50, credits=1e6)]) as sandbox:
        order_many(sandbox, 100)
        started = time.perf_counter()
        assert len(ids_of(sandbox.get("/tasks", pageSize=100))) == 100
        # Some milliseconds on a quiet machine; this is to notice a second.
        assert time.perf_counter() - started < 0.5


def test_no_more_tasks_are_kept_than_allowed() -> None:
    with sandbox_of(limits=Limits(tasks=3)) as sandbox:
        ids = order_many(sandbox, 5)
        assert ids_of(sandbox.get("/tasks")) == list(reversed(ids[2:]))
        assert sandbox.get(f"/tasks/{ids[0]}").status_code == 404
        # What they have cost stays spent.
        assert balance(sandbox) == 66_000 - 5 * 2000


@pytest.mark.parametrize("how", ["by the description", "by the listing"])
def test_a_task_may_show_up_late_in_the_list(sandbox: Sandbox, how: str) -> None:
    if how == "by the listing":
        assert sandbox.lever("listing", late_seconds=8) == {"late_seconds": 8, "page_limit": 100}
    task = sandbox.task(prompt="[late]" if how == "by the description" else "")
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "submitted"
    sandbox.clock.advance(7.9)
    assert ids_of(sandbox.get("/tasks")) == ids_of(sandbox.get("/tasks", createdAfter=0)) == []
    sandbox.clock.advance(0.1)
    assert ids_of(sandbox.get("/tasks")) == [task]


def test_a_page_may_hold_less_than_was_asked_for(sandbox: Sandbox) -> None:
    ids = order_many(sandbox, 5)
    sandbox.lever("listing", page_limit=2)
    assert ids_of(sandbox.get("/tasks", pageSize=100)) == [ids[4], ids[3]]
    created = ok(sandbox.get(f"/tasks/{ids[3]}"))["task"]["createTime"]
    assert ids_of(sandbox.get("/tasks", createdBefore=created)) == [ids[2], ids[1]]
    assert ids_of(sandbox.get("/tasks", pageSize=1)) == [ids[4]]
    sandbox.lever("listing")
    assert len(ids_of(sandbox.get("/tasks"))) == 5


@pytest.mark.parametrize("wrong", [{"page_limit": 0}, {"page_limit": 2.5}, {"late_seconds": "x"}, {"colour": "red"}])
def test_a_listing_that_cannot_be_is_refused(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    assert requests.post(f"{sandbox.origin}/sandbox/listing", json=wrong, timeout=30).status_code == 400


def test_reset_lists_as_it_was_started() -> None:
    with sandbox_of(listing=Listing(page_limit=1)) as sandbox:
        order_many(sandbox, 2)
        sandbox.lever("listing", page_limit=2)
        assert len(ids_of(sandbox.get("/tasks"))) == 2
        sandbox.lever("reset")
        order_many(sandbox, 2)
        assert len(ids_of(sandbox.get("/tasks"))) == 1


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


# Own motions


def test_an_uploaded_motion_appears_when_its_task_is_done(sandbox: Sandbox) -> None:
    task = sandbox.motion()["task"]["id"]
    assert ok(sandbox.get("/videos/motions", mine="true")) == []
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    assert set(motion) == {"workName", "workId", "taskId", "official", "resource", "cover", "extData"}
    assert set(motion["extData"]) == {"output_binary", "bvh_binary"}
    assert (motion["taskId"], motion["official"]) == (task, False)
    assert motion["workId"] == sandbox.work(task)["workId"] > 0
    assert sandbox.order(workId=motion["workId"]).status_code == 200


def test_a_motion_is_not_there_before_it_is_ready(sandbox: Sandbox) -> None:
    task = sandbox.motion()["task"]["id"]
    work_id = sandbox.app.state.api.state.tasks[task].work_id
    assert sandbox.order(workId=work_id).status_code == 404
    sandbox.finish()
    assert sandbox.order(workId=work_id).status_code == 200


def test_deleting_its_task_deletes_the_motion(sandbox: Sandbox) -> None:
    task = sandbox.motion()["task"]["id"]
    sandbox.finish()
    [motion] = ok(sandbox.get("/videos/motions", mine="true"))
    sandbox.clock.advance(30 * 24 * 3600)
    assert ok(sandbox.delete(f"/tasks/{task}"))["workIds"] == [motion["workId"]]
    assert ok(sandbox.get("/videos/motions", mine="true")) == []
    assert sandbox.order(workId=motion["workId"]).status_code == 404


def test_own_motions_come_in_pages(sandbox: Sandbox) -> None:
    for _ in range(3):
        sandbox.motion()
        sandbox.finish()
    names = [m["workName"] for m in ok(sandbox.get("/videos/motions", mine="true"))]
    assert names == ["Motion 3", "Motion 2", "Motion 1"]
    pages = [ok(sandbox.get("/videos/motions", mine="true", pageSize=2, pageNum=n)) for n in (1, 2, 3)]
    assert [[m["workName"] for m in page] for page in pages] == [names[:2], names[2:], []]


def test_official_motions_are_not_paged(sandbox: Sandbox) -> None:
    motions = ok(sandbox.get("/videos/motions", mine="false", pageSize=1, pageNum=9))
    assert len(motions) >= 12
    assert {"wave", "walk", "jump", "spin"} <= {motion["tag"] for motion in motions}
    for motion in motions:
        assert set(motion) == {"workName", "workId", "official", "tag", "resource", "cover", "extData"}
        assert motion["workId"] <= -100_000_000_000_004
        assert motion["official"] is True
        assert motion["workName"] == motion["tag"].capitalize()


@pytest.mark.parametrize(("seconds", "status"), [(1.5, 400), (2.0, 200), (10.0, 200), (10.5, 400)])
def test_only_clips_of_two_to_ten_seconds_become_motions(sandbox: Sandbox, seconds: float, status: int) -> None:
    if status == 200:
        assert sandbox.motion(seconds)["status_name"] == "submitted"
    else:
        with pytest.raises(AssertionError, match=r"MOTION\.DURATION_(LESS|MORE_THAN_EXPECTED)"):
            sandbox.motion(seconds)


def test_a_clip_longer_than_ten_seconds_is_refused_when_it_is_uploaded(sandbox: Sandbox) -> None:
    words = "The video must be at most 10 seconds long (MOTION.DURATION_MORE_THAN_EXPECTED)"
    assert refusal(sandbox.upload(mp4(10.5), "video/mp4")) == (400, words)
    assert ok(sandbox.get("/assets/uploaded/")) == {"uploadAssetsList": []}


def test_motion_upload_wants_a_video_and_a_picture_it_knows(sandbox: Sandbox) -> None:
    picture = sandbox.picture()
    clip = ok(sandbox.upload(mp4(), "video/mp4"))
    for resource, cover in (
        ("http://x/unknown.mp4", picture),
        (clip["resourceUrl"], "http://x/unknown.jpg"),
        (picture, picture),
        (clip["resourceUrl"], clip["resourceUrl"]),
    ):
        answer = sandbox.post("/videos/motion-upload", resourceUrl=resource, coverUrl=cover)
        assert answer.status_code == 404
        assert "VALID.ResourceNotFound" in answer.json()["error"]
    answer = sandbox.post("/videos/motion-upload", resourceUrl=clip["resourceUrl"], coverUrl=picture)
    assert answer.status_code == 200


# Slots


def test_when_all_slots_are_taken_the_answer_is_429(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    for _ in range(5):
        sandbox.task(image=image)
    sandbox.clock.advance(SECONDS - 7.5)
    answer = sandbox.order(image=image)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "8"
    assert answer.json()["retryAfter"] == "2027-01-15T08:00:20.500Z"
    sandbox.clock.advance(7.5)
    assert sandbox.order(image=image).status_code == 200


def test_max_jobs_of_the_request_lowers_the_number(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    sandbox.task(image=image)
    assert sandbox.order(image=image, maxJobs=1).status_code == 429
    assert sandbox.order(image=image, maxJobs=2).status_code == 200
    assert sandbox.order(image=image, maxJobs=50).status_code == 200


def test_the_scheduler_tells_who_is_busy(sandbox: Sandbox) -> None:
    task = sandbox.task(replyUrl="http://127.0.0.1:9/none", replyRef="mine")
    sandbox.clock.advance(12)
    schedule = ok(sandbox.get("/scheduler/available"))
    assert schedule["executing"] == [
        {
            "id": task,
            "email": "practice@example.com",
            "started": round(START * 1000),
            "elapsed": "00:12",
            "replyUrl": "http://127.0.0.1:9/none",
            "replyRef": "mine",
        }
    ]
    assert schedule["available"] == [{"email": "practice@example.com", "maxJobs": 5, "executing": 1, "available": 4}]
    sandbox.finish()
    assert ok(sandbox.get("/scheduler/available"))["available"][0]["available"] == 5


def test_what_is_no_longer_tracked_takes_no_slot_and_goes_on(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    task = sandbox.task(image=image)
    assert sandbox.order(image=image, maxJobs=1).status_code == 429
    assert sandbox.delete(f"/scheduler/{task}").status_code == 200
    assert sandbox.delete(f"/scheduler/{task}").status_code == 404
    assert sandbox.order(image=image, maxJobs=1).status_code == 200
    sandbox.finish()
    assert sandbox.work(task)["status_name"] == "succeed"


# Credits


def balance(sandbox: Sandbox) -> int:
    """Points."""
    email = next(iter(ok(sandbox.get("/accounts"))))
    return int(ok(sandbox.get(f"/accounts/{email}"))["balance"]["total"])


@pytest.mark.parametrize(
    ("mode", "duration", "points"),
    [("std", 5, 2000), ("std", 10, 4000), ("pro", 5, 3500), ("pro", 10, 7000)],
)
def test_a_video_costs_points(sandbox: Sandbox, mode: str, duration: int, points: int) -> None:
    answer = ok(sandbox.order(mode=mode, duration=duration))
    assert answer["userPoints"]["total"] == balance(sandbox) == 66_000 - points
    sandbox.finish()
    assert balance(sandbox) == 66_000 - points


def test_a_motion_costs_nothing(sandbox: Sandbox) -> None:
    sandbox.motion()
    assert balance(sandbox) == 66_000


def test_a_failed_task_gives_its_points_back(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="[fail]")
    assert balance(sandbox) == 64_000
    sandbox.finish()
    assert balance(sandbox) == 66_000
    assert sandbox.delete(f"/tasks/{task}").status_code == 200
    assert balance(sandbox) == 66_000


def test_without_enough_credits_the_answer_is_412() -> None:
    with sandbox_of(accounts=[AccountSetup("a@example.com", credits=45)]) as sandbox:
        image = sandbox.picture()
        assert sandbox.order(image=image).status_code == 200
        assert sandbox.order(image=image, mode="pro").status_code == 412
        assert sandbox.order(image=image).status_code == 200
        assert refusal(sandbox.order(image=image)) == (412, "Not enough credits")
        assert len(ok(sandbox.get("/tasks"))["history"]) == 2


# Failures on purpose

REFUSING = {
    "[nobody]": (400, "MOTION.PIC_NOT_MATCHED"),
    "[expired]": (402, "expired"),
    "[credits]": (412, "credits"),
    "[refused]": (422, "prompt"),
    "[busy]": (429, "busy"),
    "[moderation]": (500, "appears to violate the community guidelines. (CM_EXT.POther)"),
    "[error]": (500, "Internal error"),
    "[down]": (503, "unavailable"),
    "[broken]": (596, "session"),
}


def test_every_word_is_explained() -> None:
    assert {*REFUSING, "[fail]", "[slow]", "[late]", "[short]", "[lost]", "[html]"} == set(PROMPT_WORDS)
    assert all(says.endswith(".") for says in PROMPT_WORDS.values())


@pytest.mark.parametrize("word", REFUSING)
def test_a_word_refuses_and_nothing_is_made(sandbox: Sandbox, word: str) -> None:
    answer = sandbox.order(prompt=f"Dancing {word.upper()} in the rain")
    status, said = refusal(answer)
    assert status == REFUSING[word][0]
    assert REFUSING[word][1] in said
    assert ok(sandbox.get("/tasks")) == {"history": []}
    assert balance(sandbox) == 66_000


def test_moderation_is_in_the_documented_words(sandbox: Sandbox) -> None:
    assert sandbox.order(prompt="[moderation]").json() == {
        "error": "The content you uploaded appears to violate the community guidelines. (CM_EXT.POther)",
        "message": "Service busy (CM_EXT.POther)",
    }


def test_busy_on_purpose_says_when(sandbox: Sandbox) -> None:
    answer = sandbox.order(prompt="[busy]")
    assert answer.headers["Retry-After"] == "10"
    assert answer.json()["retryAfter"] == "2027-01-15T08:00:10.000Z"


def test_a_proxy_answers_in_html(sandbox: Sandbox) -> None:
    answer = sandbox.order(prompt="[html]")
    assert answer.status_code == 502
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "502 Bad Gateway" in answer.text


def test_fail_ends_as_failed_with_a_message(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="please [fail]")
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "submitted"
    sandbox.finish()
    item = ok(sandbox.get(f"/tasks/{task}"))
    assert (item["status"], item["status_name"], item["status_final"]) == (50, "failed", True)
    assert "failed" in item["message"]
    assert item["works"][0]["resource"]["resource"] == ""


def test_slow_takes_five_times_as_long(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="[slow]")
    sandbox.clock.advance(SECONDS * 5 - 1)
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "processing"
    sandbox.clock.advance(1)
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "succeed"


def test_lost_is_made_and_charged_without_an_answer(sandbox: Sandbox) -> None:
    with pytest.raises(requests.ConnectionError):
        sandbox.order(prompt="[lost] at sea")
    [item] = ok(sandbox.get("/tasks"))["history"]
    assert item["task"]["taskInfo"]["arguments"][0]["value"] == "[lost] at sea"
    assert balance(sandbox) == 64_000


def test_words_combine(sandbox: Sandbox) -> None:
    task = sandbox.task(prompt="[slow] and [fail]")
    sandbox.clock.advance(SECONDS * 5)
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "failed"
