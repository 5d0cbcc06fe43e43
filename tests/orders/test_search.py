"""Looking for what may have arrived: exactly its own task, none that another holds, and only a whole look counts."""

from __future__ import annotations

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
