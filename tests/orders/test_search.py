"""Looking for what may have arrived: exactly its own task, none that another holds, and only a whole look counts."""

from __future__ import annotations

import json
import math
import socket
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kling import KlingClient, MotionUploadRequest, ReferenceMotionRequest, Task
from kling.orders.likeness import compare, shown
from kling.orders.search import Look, Sought, look_for
from tests.orders.upstream import Kling, request
from tests.recorder import Behaviour, Recorder, answer, recording


def made(kling: Kling, *prompts: str) -> None:
    """What ran and is over, so that no job tells whose it was."""
    kling.ends_at_once = True
    for prompt in prompts:
        kling.create_motion_video(request(prompt))


def test_a_task_answers_only_a_request_with_exactly_its_inputs_and_arguments() -> None:
    kling = Kling()
    task = kling.create_motion_video(request("a"))
    assert compare(task, request("a")) == "yes"
    assert compare(task, request("a", duration="5")) == "yes"
    for other in (request("b"), request("a", duration="10"), request("a").model_copy(update={"work_id": -2})):
        assert compare(task, other) == "no"
    assert compare(task, request("a").model_copy(update={"image": "https://mirror/pending.jpg?signed=1"})) == "yes"


def altered(**record: Any) -> Task:
    """The task of `request("A woman's turn & 1 more")`, with some of its record told otherwise; None: not at all."""
    told = json.loads(Kling().create_motion_video(request("A woman's turn & 1 more")).to_json())
    told["task"] = {name: value for name, value in {**told["task"], **record}.items() if value is not None}
    return Task.read(told)


def info(picture: str = "https://cdn/pending.jpg", motion: int | None = -1, **arguments: Any) -> dict[str, Any]:
    inputs = [{"name": "image_origin", "url": picture}, {"name": "motion_binary_1", "fromWorkId": motion}]
    return {"inputs": inputs, "arguments": [{"name": name, "value": value} for name, value in arguments.items()]}


WORDS = "A woman's turn & 1 more"


@pytest.mark.parametrize(
    "record",
    [
        {"type": None},
        {"type": "motion_control_imgs2video_v2"},
        {"taskInfo": None},
        {"taskInfo": info(prompt=WORDS) | {"inputs": []}},
        {"taskInfo": info()},
        {"taskInfo": info(motion=None, prompt=WORDS)},
        {"taskInfo": info("https://p4.cdn/2026/1.jpg?sign=2", prompt=WORDS)},
        {"taskInfo": info(prompt="  a woman\u2019s\n turn &amp;  1 more ")},
        {"taskInfo": info(prompt="A%20woman%27s%20turn%20%26%201%20more")},
        {"taskInfo": info(prompt="A woman\\u0027s turn & 1 more")},
        {"taskInfo": info(prompt="A woman's tu…")},
        {"taskInfo": info(prompt=WORDS, duration="5 s")},
    ],
)
def test_what_shows_less_or_shows_it_otherwise_cannot_be_told(record: dict[str, Any]) -> None:
    assert compare(altered(**record), request(WORDS)) == "cannot tell"


@pytest.mark.parametrize(
    "record",
    [
        {"type": "motion_control_motion_process"},
        {"type": "m2v_txt2video", "taskInfo": None},
        {"taskInfo": info(motion=-2)},
        {"taskInfo": info("https://p4.cdn/2026/1.jpg", prompt="A man jumps")},
        {"taskInfo": info("https://p4.cdn/2026/1.jpg", duration="10")},
        {"taskInfo": info("https://p4.cdn/2026/1.jpg", model_mode="pro")},
    ],
)
def test_what_differs_for_certain_is_not_it_whatever_else_cannot_be_told(record: dict[str, Any]) -> None:
    assert compare(altered(**record), request(WORDS)) == "no"


def test_words_that_were_shown_where_none_were_asked_are_anothers() -> None:
    assert compare(altered(taskInfo=info(prompt="words")), request()) == "no"
    assert compare(altered(taskInfo=info()), request()) == "yes"
    assert compare(altered(taskInfo=info(prompt="")), request("words")) == "cannot tell"


def test_a_motion_is_known_by_its_clip_and_cover() -> None:
    asked = MotionUploadRequest(resource_url="https://cdn/v.mp4", cover_url="https://cdn/c.jpg")
    assert compare(Kling().upload_motion(asked), asked) == "yes"
    assert compare(Kling().upload_motion(asked), asked.model_copy(update={"cover_url": "https://cdn/d.jpg"})) != "yes"


def test_a_reference_video_is_known_by_its_files_and_words() -> None:
    asked = ReferenceMotionRequest(image_url="https://cdn/p.jpg", motion_url="https://cdn/m.mp4", prompt="a")
    inputs = [{"name": "x", "url": "https://cdn/p.jpg"}, {"name": "y", "url": "https://cdn/m.mp4"}]
    info = {"inputs": inputs, "arguments": [{"name": "prompt", "value": "a"}]}
    task = Task.read({"task": {"id": 1, "taskInfo": info}})
    assert compare(task, asked) == "yes"
    assert compare(task, asked.model_copy(update={"prompt": "b"})) != "yes"
    assert compare(task, asked.model_copy(update={"motion_url": "https://cdn/n.mp4"})) != "yes"
    assert shown(asked) != shown(asked.model_copy(update={"mode": "pro"}))


def test_it_is_found_by_its_reference_while_it_runs() -> None:
    kling = Kling()
    kling.create_motion_video(request("a", reply_ref="mine"))
    look = look_for(kling, Sought(request("a"), "mine"))
    assert look.task is not None
    assert look.is_known_by_reference


@pytest.mark.parametrize("record", [{"type": None}, {"taskInfo": None}, {"taskInfo": info(motion=-7)}])
def test_a_running_job_with_our_reference_is_ours_whatever_its_task_looks_like(record: dict[str, Any]) -> None:
    kling = Kling()
    kling.create_motion_video(request("a", reply_ref="mine"))
    kling.made[0] = {name: value for name, value in {**kling.made[0], **record}.items() if value is not None}
    found = look_for(kling, Sought(request("a"), "mine")).task
    assert found is not None
    assert found.id == 1


def test_a_reference_that_others_share_finds_only_what_looks_exactly_like_it() -> None:
    kling = Kling()
    kling.create_motion_video(request("b", reply_ref="shared"))
    kling.create_motion_video(request("a", reply_ref="shared"))
    found = look_for(kling, Sought(request("a"), "shared", is_own_reference=False)).task
    assert found is not None
    assert found.id == 2


def test_a_task_that_runs_under_the_reference_of_another_is_never_taken_nor_asked_about() -> None:
    kling = Kling()
    kling.create_motion_video(request("a", reply_ref="a stranger's"))
    look = look_for(kling, Sought(request("a"), "mine"))
    assert (look.task, look.candidates, look.others, look.is_unclear) == (None, (), frozenset({1}), False)


def test_a_running_task_that_no_job_tells_of_may_be_anybodys_and_stays_so_when_it_has_ended() -> None:
    kling = Kling()
    kling.shows_references = False
    kling.create_motion_video(request("a"))
    running = look_for(kling, Sought(request("a"), "mine"))
    assert (running.task, [each.id for each in running.candidates], running.doubted) == (None, [1], frozenset({1}))
    kling.get_task(1)
    ended = look_for(kling, Sought(request("a"), "mine", doubted=running.doubted))
    assert (ended.task, [each.id for each in ended.candidates], ended.is_unclear) == (None, [1], True)
    assert look_for(kling, Sought(request("a"), "mine")).task is not None


def test_of_several_that_look_exactly_like_it_none_is_taken() -> None:
    kling = Kling()
    made(kling, "a", "b", "a")
    look = look_for(kling, Sought(request("a"), "mine"))
    assert (look.task, [each.id for each in look.candidates]) == (None, [1, 3])


def test_the_one_that_looks_exactly_like_it_comes_before_those_that_cannot_be_told() -> None:
    kling = Kling()
    made(kling, "a", "a")
    kling.made[0]["taskInfo"] = {}
    assert getattr(look_for(kling, Sought(request("a"), "mine")).task, "id", None) == 2
    doubted = look_for(kling, Sought(request("a"), "mine", doubted={2}))
    assert [each.id for each in doubted.candidates] == [2, 1]


def test_what_others_hold_and_what_is_older_is_not_taken() -> None:
    kling = Kling()
    made(kling, "a", "a", "a")
    found = look_for(kling, Sought(request("a"), "", since=1000, held={2})).task
    assert found is not None
    assert found.id == 3
    assert look_for(kling, Sought(request("a"), "", since=3000)).task is None


def test_a_look_goes_back_page_by_page_until_it_has_seen_all_since() -> None:
    kling = Kling()
    made(kling, "wanted", *["other"] * 250)
    look = look_for(kling, Sought(request("wanted"), ""))
    assert (look.task is not None, look.is_complete, look.compared) == (True, True, 251)
    assert len([name for name in kling.names() if name == "tasks"]) <= 5


def history(count: int) -> list[dict[str, Any]]:
    """What an upstream has of so many requests, the newest first; the first was "wanted". Two are made in each ms."""
    asked = [request("wanted"), *[request(f"other {number}") for number in range(1, count)]]
    kling = Kling()
    for each in asked:
        kling.create_motion_video(each)
    for made in kling.made:
        made |= {"createTime": 1_000 + made["id"] // 2, "is over": True}
    return [kling.get_task(made["id"]).raw for made in reversed(kling.made)]


def showing(tasks: list[dict[str, Any]], longest: int, ignores_times: bool = False) -> Behaviour:
    """An upstream whose pages hold so many at most, whatever it is asked for."""

    def page(recorder: Recorder, connection: socket.socket) -> None:
        query = parse_qs(urlsplit(recorder.seen[-1].target).query)
        before = math.inf if ignores_times else float(query.get("createdBefore", ["inf"])[0])
        older = [task for task in tasks if task["task"]["createTime"] < before]
        told = {"history": older[:longest], "executing": [], "available": []}
        connection.sendall(answer(200, told, Connection="close"))

    return page


def look(behaviour: Behaviour, prompt: str, since: int | None = 1_000) -> tuple[Look, int]:
    """What the real client finds over HTTP, and what that took of requests for a page."""
    with recording() as upstream:
        upstream.will(behaviour)
        client = KlingClient("user:1-search", upstream.url, "a@example.com")
        found = look_for(client, Sought(request(prompt), "", since=since))
        client.close()
        return found, len([seen for seen in upstream.seen if "/tasks" in seen.target])


@pytest.mark.parametrize("longest", [1, 50, 100])
@pytest.mark.parametrize("since", [None, 999])
def test_a_page_shorter_than_asked_ends_no_search(longest: int, since: int | None) -> None:
    tasks = [{**task, "task": {**task["task"], "createTime": 1_000 + task["task"]["id"]}} for task in history(61)]
    found, _ = look(showing(tasks, longest), "wanted", since)
    assert found.task is not None
    assert (found.is_complete, found.compared) == (True, 61)
    nothing, _ = look(showing(tasks, longest), "never sent", since)
    assert (nothing.task, nothing.is_complete, nothing.compared) == (None, True, 61)


def test_what_was_made_in_the_same_moment_as_the_last_of_a_page_is_seen() -> None:
    found, _ = look(showing(history(61), 50), "wanted", None)
    assert found.compared == 61
    assert {look(showing(history(count), 10), "wanted", None)[0].compared for count in (20, 21, 22)} == {20, 21, 22}


def test_a_search_ends_at_the_moment_looked_for_and_reads_no_further() -> None:
    found, pages = look(showing(history(400), 50), "wanted", 1_190)
    assert (found.task, found.is_complete, pages) == (None, True, 1)


def test_an_upstream_that_repeats_itself_is_asked_no_more_and_not_believed() -> None:
    found, pages = look(showing(history(61), 50, ignores_times=True), "wanted")
    assert (found.task, found.is_complete) == (None, False)
    assert pages <= 3


def test_tasks_without_a_time_are_no_end() -> None:
    tasks = [{**task, "task": {**task["task"], "createTime": None}} for task in history(3)]
    assert not look(lambda r, c: c.sendall(answer(200, {"history": tasks, "executing": []})), "never sent")[
        0
    ].is_complete
