"""Two generations of motion control: the motion says which, and everything follows from that."""

from __future__ import annotations

from typing import Any

import pytest

from kling import InvalidInput, Motion, MotionCreateRequest, ReferenceMotionRequest, Task, Upload
from kling.generations import (
    REFERENCES,
    TEMPLATES,
    generation_of,
    generation_of_motions,
    generation_of_videos,
    is_of_other_generation,
    motion_of,
    picture_field,
)

PICTURE = "https://cdn.example.com/person.jpg"
TEMPLATE = Motion.read({"workId": -100000000000004, "workName": "Wave", "official": True})
REFERENCE = Motion.read(
    {
        "assetId": 9007199254740993,
        "assetType": "MOTION",
        "url": "https://cdn.example.com/motion.mp4",
        "coverUrl": "https://cdn.example.com/motion.jpg",
        "duration": 4200,
        "width": 720,
        "height": 1280,
        "hasAudio": True,
        "createTime": 1745376611075,
    }
)
OPTIONS: dict[str, Any] = {
    "duration": "10",
    "mode": "pro",
    "person": 2,
    "mirror": True,
    "sound": True,
    "audio_prompt": " steps ",
    "music_prompt": "",
    "asmr": False,
    "prompt": "A dance",
    "reply_url": "",
    "reply_ref": "",
    "max_jobs": None,
    "email": None,
    "model": "kling-v3-0",
    "keep_audio": True,
    "direction": "image_direction",
    "element": "hero",
}


def test_a_motion_says_itself_which_generation_it_is_of() -> None:
    assert generation_of(TEMPLATE) is TEMPLATES
    assert generation_of(REFERENCE) is REFERENCES
    assert REFERENCE.key == "9007199254740993"


def test_only_motions_that_tell_decide_the_generation_of_the_service() -> None:
    assert generation_of_motions([REFERENCE, TEMPLATE]) is REFERENCES
    assert generation_of_motions([TEMPLATE, REFERENCE]) is TEMPLATES
    unclear = Motion.read({"workId": "four", "resource": {"resource": PICTURE}})
    assert generation_of_motions([unclear, REFERENCE]) is REFERENCES
    assert generation_of_motions([unclear]) is None
    assert generation_of_motions([]) is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        ([], None),
        ([5, None], None),
        ([2.5], TEMPLATES),
        ([5, 12], REFERENCES),
        ([2.5, 12], REFERENCES),
        ([1, 60], None),
    ],
)
def test_uploaded_videos_tell_where_one_generation_only_takes_them(seconds: list[float | None], told: object) -> None:
    videos = [Upload.read({"resource": {"duration": each and each * 1000}}) for each in seconds]
    assert generation_of_videos(videos) is told


def test_a_template_and_a_picture_make_the_body_of_the_first_generation() -> None:
    request = TEMPLATES.request(TEMPLATE, PICTURE, OPTIONS)
    assert request.to_wire() == {
        "workId": -100000000000004,
        "image": PICTURE,
        "duration": "10",
        "mode": "pro",
        "sound_effect": True,
        "character_id": 1,
        "change_direction": True,
        "audio_prompt": "steps",
        "prompt": "A dance",
    }


def test_a_reference_video_and_a_picture_make_the_body_of_the_second_generation() -> None:
    request = REFERENCES.request(REFERENCE, PICTURE, OPTIONS)
    assert request.to_wire() == {
        "motionUrl": "https://cdn.example.com/motion.mp4",
        "imageUrl": PICTURE,
        "model_name": "kling-v3-0",
        "mode": "pro",
        "motionDirection": "image_direction",
        "keepAudio": True,
        "element_1": "hero",
        "prompt": "A dance",
    }


def long(milliseconds: int | None) -> Motion:
    return REFERENCE.model_copy(update={"duration": milliseconds})


def test_a_motion_over_ten_seconds_is_refused_where_the_person_faces_as_in_the_picture() -> None:
    with pytest.raises(InvalidInput, match="10 seconds at most") as refused:
        REFERENCES.request(long(14_200), PICTURE, OPTIONS)
    assert (refused.value.field, str(refused.value)[:34]) == ("motion_direction", "The motion is 14.2 seconds long. W")
    for milliseconds in (10_000, None):  # a length that nobody knows is Kling's to judge
        assert (
            REFERENCES.request(long(milliseconds), PICTURE, OPTIONS).to_wire()["motionDirection"] == "image_direction"
        )
    facing = {**OPTIONS, "direction": "motion_direction"}
    assert REFERENCES.request(long(30_000), PICTURE, facing).to_wire()["motionDirection"] == "motion_direction"


def test_the_form_says_how_long_a_motion_may_be_and_promises_no_length_of_the_result() -> None:
    told = ReferenceMotionRequest.help
    assert "10 seconds" in told("motion_direction")
    assert "at most 10" in told("motion_url")
    assert "shorter" in told("motion_url")
    assert "as long" not in told("motion_url")


def test_a_saved_character_is_not_sent_with_the_version_that_has_none() -> None:
    body = REFERENCES.request(REFERENCE, PICTURE, {**OPTIONS, "model": "kling-v2-6"}).to_wire()
    assert "element_1" not in body
    with pytest.raises(InvalidInput):
        ReferenceMotionRequest(motion_url=PICTURE, image_url=PICTURE, model_name="kling-v2-6", element_1="hero")


@pytest.mark.parametrize("generation", [TEMPLATES, REFERENCES])
def test_the_picture_is_found_in_the_body_of_a_request(generation: Any) -> None:
    motion = TEMPLATE if generation is TEMPLATES else REFERENCE
    body = generation.request(motion, PICTURE, OPTIONS).to_wire()
    assert body[picture_field(body)] == PICTURE


def test_the_motion_of_a_task_is_found_in_the_library_or_made_from_what_the_task_tells() -> None:
    inputs = [{"name": "motion_video_1", "url": REFERENCE.video_url, "cover": "https://cdn.example.com/c.jpg"}]
    task = Task.read({"task": {"id": 7, "taskInfo": {"inputs": inputs}}})
    assert motion_of(task, [TEMPLATE, REFERENCE]) is REFERENCE
    made = motion_of(task, [])
    assert made is not None
    assert generation_of(made) is REFERENCES
    assert made.video_url == REFERENCE.video_url
    assert motion_of(Task.read({"task": {"id": 7}}), [REFERENCE]) is None


@pytest.mark.parametrize(
    ("words", "body", "told"),
    [
        ("Parameter motionUrl is required", {"workId": -1, "image": PICTURE}, True),
        ("Parameter workId is not supported", {"workId": -1, "image": PICTURE}, True),
        ("Parameter workId is required", {"motionUrl": PICTURE, "imageUrl": PICTURE}, True),
        ("Parameter imageUrl is not supported", {"motionUrl": PICTURE, "imageUrl": PICTURE}, True),
        ("Parameter duration must be 5 or 10", {"workId": -1, "image": PICTURE}, False),
        ("MOTION.PIC_NOT_MATCHED", {"motionUrl": PICTURE, "imageUrl": PICTURE}, False),
    ],
)
def test_a_refusal_that_names_the_other_generation_is_recognised(words: str, body: dict[str, Any], told: bool) -> None:
    assert is_of_other_generation(words, body) is told


@pytest.mark.parametrize(
    ("request_class", "fields"),
    [
        (MotionCreateRequest, {"work_id": -1, "image": PICTURE, "model_name": "kling-v3-0"}),
        (ReferenceMotionRequest, {"motion_url": PICTURE, "image_url": PICTURE, "duration": "5"}),
    ],
)
def test_wrong_combinations_cannot_be_built(request_class: Any, fields: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        request_class(**fields)
