"""Strict out: a value against a rule never leaves."""

import copy
import json
import math
import pickle
import traceback
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling.errors import InvalidInput
from kling.models import (
    MotionCreateRequest,
    MotionUploadRequest,
    ReferenceMotionRequest,
    Request,
)
from tests.models import seed_samples as seeds
from tests.models.any_json import JSON

CREATE: dict[str, Any] = {"work_id": -123456, "image": "https://x.y/p.jpg"}
UPLOAD: dict[str, Any] = {"resource_url": "https://x.y/v.mp4", "cover_url": "https://x.y/c.jpg"}
REFERENCE: dict[str, Any] = {"image_url": "https://x.y/p.jpg", "motion_url": "https://x.y/m.mp4"}
MODELS: list[tuple[type[Request], dict[str, Any]]] = [
    (MotionCreateRequest, CREATE),
    (MotionUploadRequest, UPLOAD),
    (ReferenceMotionRequest, REFERENCE),
]
each_request = pytest.mark.parametrize(("model", "least"), MODELS, ids=[model.__name__ for model, _ in MODELS])


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
