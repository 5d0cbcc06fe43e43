"""Orders of the second generation: what is taken, refused, noted and charged."""

from typing import Any

import pytest

from tests.sandbox.calls import NOT_FOUND, arguments_of, balance, official
from tests.sandbox.listener import Listener
from tests.sandbox_server import Sandbox, ok, refusal

REFERENCE = {"imageUrl": "http://x/y.jpg", "motionUrl": "http://x/y.mp4"}
TEMPLATE = {"workId": -100_000_000_000_004, "image": "http://x/y.jpg"}
WRONG = [
    ({"imageUrl": None}, "Parameter imageUrl is required"),
    ({"motionUrl": None}, "Parameter motionUrl is required"),
    ({"motionUrl": ""}, "Parameter motionUrl is required"),
    ({"motionUrl": 7}, "Parameter motionUrl must be a string"),
    ({"model_name": "kling-v1"}, "Parameter model_name must be kling-v3-0 or kling-v2-6"),
    ({"prompt": "x" * 2501}, "Parameter prompt must be at most 2500 characters"),
    ({"keepAudio": "true"}, "Parameter keepAudio must be true or false"),
    ({"motionDirection": "left"}, "Parameter motionDirection must be motion_direction or image_direction"),
    ({"mode": "fast"}, "Parameter mode must be std or pro"),
    ({"element_1": 5}, "Parameter element_1 must be a string"),
    (
        {"element_1": "ada", "model_name": "kling-v2-6"},
        "Parameter element_1 cannot be used with model_name kling-v2-6",
    ),
    ({"replyUrl": "ftp://example.com/x"}, "Parameter replyUrl must be an http or https URL"),
    ({"replyRef": 5}, "Parameter replyRef must be a string"),
    ({"keep_audio": True}, "Parameter keep_audio is not supported"),
    ({"duration": 5}, "Parameter duration is not supported"),
    ({"sound_effect": True}, "Parameter sound_effect is not supported"),
    ({"maxJobs": 1}, "Parameter maxJobs is not supported"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_motion_create_refuses(second: Sandbox, change: dict[str, Any], words: str) -> None:
    body = {name: value for name, value in {**REFERENCE, **change}.items() if value is not None}
    assert refusal(second.post("/videos/motion-create", **body)) == (400, words)


def test_a_body_of_the_other_generation_is_refused_by_the_name_of_a_parameter(sandbox: Sandbox) -> None:
    assert refusal(sandbox.post("/videos/motion-create", **REFERENCE)) == (400, "Parameter imageUrl is not supported")
    sandbox.lever("generation", generation=2)
    assert refusal(sandbox.post("/videos/motion-create", **TEMPLATE)) == (400, "Parameter workId is not supported")


def test_an_order_answers_in_the_envelope_of_the_first_generation(sandbox: Sandbox) -> None:
    first = ok(sandbox.order())
    sandbox.lever("generation", generation=2)
    image, motion = sandbox.picture(), official(sandbox)[0]
    answer = ok(sandbox.order_reference(imageUrl=image, motionUrl=motion["url"]))
    assert set(answer) == set(first)
    assert set(answer["task"]) == set(first["task"])
    assert set(answer["task"]["taskInfo"]) == set(first["task"]["taskInfo"])
    assert (answer["task"]["type"], answer["status_name"]) == ("motion_control_imgs2video", "submitted")
    inputs = {part["name"]: part for part in answer["task"]["taskInfo"]["inputs"]}
    assert set(inputs) == {"image_origin", "motion_video_1"}
    assert inputs["image_origin"]["url"] == image
    assert (inputs["motion_video_1"]["url"], inputs["motion_video_1"]["cover"]) == (motion["url"], motion["coverUrl"])
    item = ok(sandbox.get(f"/tasks/{answer['task']['id']}"))
    assert [part["url"] for part in item["task"]["taskInfo"]["inputs"]] == [image, motion["url"]]


DEFAULTS = {
    "prompt": "",
    "model_name": "kling-v3-0",
    "model_mode": "std",
    "keep_audio": "false",
    "motion_direction": "motion_direction",
}


def test_what_is_left_out_is_as_documented(second: Sandbox) -> None:
    assert arguments_of(second.order_reference()) == DEFAULTS


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"prompt": "x" * 2500}, {"prompt": "x" * 2500}),
        ({"model_name": "kling-v2-6"}, {"model_name": "kling-v2-6"}),
        ({"keepAudio": True}, {"keep_audio": "true"}),
        ({"motionDirection": "image_direction"}, {"motion_direction": "image_direction"}),
        ({"mode": "pro"}, {"model_mode": "pro"}),
        ({"element_1": "u_300171730302481"}, {"element_1": "u_300171730302481"}),
        ({"email": "practice@example.com", "replyRef": "mine"}, {}),
    ],
)
def test_what_is_given_is_noted(second: Sandbox, given: dict[str, Any], kept: dict[str, str]) -> None:
    assert arguments_of(second.order_reference(**given)) == {**DEFAULTS, **kept}


def test_a_form_is_read_like_json(second: Sandbox) -> None:
    form = {"imageUrl": second.picture(), "motionUrl": second.reference(), "keepAudio": "true"}
    answer = second.call("POST", "/videos/motion-create", files={name: (None, text) for name, text in form.items()})
    assert arguments_of(answer) == {**DEFAULTS, "keep_audio": "true"}


def test_an_unknown_picture_or_motion_is_404(second: Sandbox) -> None:
    for changes in (
        {"imageUrl": "https://s21-kling.klingai.com/a/person.jpg"},
        {"motionUrl": "https://s21-kling.klingai.com/a/dance.mp4"},
        {"motionUrl": second.picture()},
        {"motionUrl": official(second)[0]["coverUrl"]},
    ):
        assert refusal(second.order_reference(**changes)) == (404, NOT_FOUND)
    assert balance(second) == 66_000


def test_an_unknown_character_is_404(second: Sandbox) -> None:
    assert refusal(second.order_reference(element_1="u_1")) == (404, NOT_FOUND)
    assert balance(second) == 66_000


@pytest.mark.parametrize(("seconds", "status"), [(10.0, 200), (11.0, 400)])
def test_for_a_person_who_faces_as_in_the_picture_a_motion_has_at_most_ten_seconds(
    second: Sandbox, seconds: float, status: int
) -> None:
    link = second.own_reference(seconds, fps=2)
    answer = second.order_reference(motionUrl=link, motionDirection="image_direction")
    assert answer.status_code == status
    if status == 400:
        assert "at most 10 seconds long (MOTION.DURATION_MORE_THAN_EXPECTED)" in refusal(answer)[1]
        assert ok(second.get("/tasks")) == {"history": []}
        assert second.order_reference(motionUrl=link).status_code == 200


def test_a_motion_is_known_under_any_address(second: Sandbox) -> None:
    for link in (second.reference(), second.own_reference()):
        there = link.replace(second.origin, "http://dashboard:8501/practice")
        assert second.order_reference(motionUrl=there).status_code == 200


@pytest.mark.parametrize(("mode", "seconds", "points"), [("std", 3.0, 1200), ("pro", 3.0, 2100), ("std", 3.5, 1600)])
def test_a_video_costs_by_the_begun_second(second: Sandbox, mode: str, seconds: float, points: int) -> None:
    answer = ok(second.order_reference(mode=mode, motionUrl=second.own_reference(seconds)))
    assert answer["userPoints"]["total"] == balance(second) == 66_000 - points


@pytest.mark.parametrize(
    ("word", "status"), [("[nobody]", 400), ("[credits]", 412), ("[busy]", 429), ("[moderation]", 500)]
)
def test_a_word_refuses_and_nothing_is_made(second: Sandbox, word: str, status: int) -> None:
    assert second.order_reference(prompt=word).status_code == status
    assert ok(second.get("/tasks")) == {"history": []}
    assert balance(second) == 66_000


def test_fail_ends_as_failed_and_gives_back(second: Sandbox) -> None:
    task = ok(second.order_reference(prompt="[fail]"))["task"]["id"]
    assert balance(second) == 66_000 - 1600
    second.finish()
    assert ok(second.get(f"/tasks/{task}"))["status_name"] == "failed"
    assert balance(second) == 66_000


def test_slots_are_taken(second: Sandbox) -> None:
    image, motion = second.picture(), second.reference()
    statuses = [second.order_reference(imageUrl=image, motionUrl=motion).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_an_order_calls_back(second: Sandbox, listener: Listener) -> None:
    task = ok(second.order_reference(replyUrl=listener.url, replyRef="order 7"))["task"]["id"]
    second.finish()
    heard = listener.heard.get(timeout=10)
    assert (heard["task"]["id"], heard["status_name"], heard["replyRef"]) == (task, "succeed", "order 7")
