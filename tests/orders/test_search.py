"""Looking for what may have arrived: exactly its own task, none that another holds, and only a whole look counts."""

from __future__ import annotations

from kling import MotionUploadRequest, ReferenceMotionRequest, Task
from kling.orders.search import is_answer_to, look_for, newest, shown
from tests.orders.upstream import Kling, request


def made(kling: Kling, *prompts: str) -> None:
    for prompt in prompts:
        kling.create_motion_video(request(prompt))


def test_a_task_answers_only_a_request_with_exactly_its_inputs_and_arguments() -> None:
    kling = Kling()
    task = kling.create_motion_video(request("a"))
    assert is_answer_to(task, request("a"))
    assert is_answer_to(task, request("a", duration="5"))
    for other in (request("b"), request("a", duration="10"), request("a").model_copy(update={"work_id": -2})):
        assert not is_answer_to(task, other)
    assert not is_answer_to(task, request("a").model_copy(update={"image": "https://cdn/other.jpg"}))
    assert is_answer_to(task, request("a").model_copy(update={"image": "https://mirror/pending.jpg?signed=1"}))


def test_a_motion_is_known_by_its_clip_and_cover() -> None:
    asked = MotionUploadRequest(resource_url="https://cdn/v.mp4", cover_url="https://cdn/c.jpg")
    assert is_answer_to(Kling().upload_motion(asked), asked)
    assert not is_answer_to(Kling().upload_motion(asked), asked.model_copy(update={"cover_url": "https://cdn/d.jpg"}))


def test_a_reference_video_is_known_by_its_files_and_words() -> None:
    asked = ReferenceMotionRequest(image_url="https://cdn/p.jpg", motion_url="https://cdn/m.mp4", prompt="a")
    inputs = [{"name": "x", "url": "https://cdn/p.jpg"}, {"name": "y", "url": "https://cdn/m.mp4"}]
    info = {"inputs": inputs, "arguments": [{"name": "prompt", "value": "a"}]}
    task = Task.read({"task": {"id": 1, "taskInfo": info}})
    assert is_answer_to(task, asked)
    assert not is_answer_to(task, asked.model_copy(update={"prompt": "b"}))
    assert not is_answer_to(task, asked.model_copy(update={"motion_url": "https://cdn/n.mp4"}))
    assert shown(asked) != shown(asked.model_copy(update={"mode": "pro"}))


def test_it_is_found_by_its_reference_while_it_runs() -> None:
    kling = Kling()
    kling.create_motion_video(request("a", reply_ref="mine"))
    look = look_for(kling, request("a"), "mine", None, ())
    assert look.task is not None
    assert look.is_known_by_reference


def test_what_others_hold_and_what_is_older_is_not_taken() -> None:
    kling = Kling()
    kling.shows_references = False
    made(kling, "a", "a", "a")
    found = look_for(kling, request("a"), "", 1000, {2}).task
    assert found is not None
    assert found.id == 3
    assert look_for(kling, request("a"), "", newest(kling), ()).task is None


def test_a_look_goes_back_page_by_page_until_it_has_seen_all_since() -> None:
    kling = Kling()
    kling.shows_references = False
    made(kling, "wanted", *["other"] * 250)
    look = look_for(kling, request("wanted"), "", None, ())
    assert (look.task is not None, look.is_complete, look.compared) == (True, True, 251)
    assert len([name for name in kling.names() if name == "tasks"]) == 3
