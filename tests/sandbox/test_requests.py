"""What the practice API takes and what it refuses before anything is done."""

from typing import Any

import pytest
import requests

from tests.sandbox.calls import CREATE, ENDPOINTS, NOT_FOUND
from tests.sandbox_server import Sandbox, jpeg, ok, refusal


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
@pytest.mark.parametrize("sent", [None, "Bearer user:0-practicE", "user:0-practice", "Bearer "])
def test_without_the_token_everything_is_401(sandbox: Sandbox, method: str, path: str, sent: str | None) -> None:
    headers = {"Authorization": sent} if sent is not None else {}
    answer = requests.request(method, sandbox.url + path, headers=headers, timeout=30)
    assert answer.status_code == 401
    assert answer.json() == {"error": "Unauthorized", "code": 401}


@pytest.mark.parametrize("path", ["/v1/kling/nothing", "/v1/other", "/", "/media/nothing.mp4"])
def test_an_unknown_path_is_404_in_json(sandbox: Sandbox, path: str) -> None:
    answer = requests.get(sandbox.origin + path, headers={"Authorization": f"Bearer {sandbox.token}"}, timeout=30)
    assert answer.status_code == 404
    assert answer.json()["error"]


def test_a_wrong_method_is_405_in_json(sandbox: Sandbox) -> None:
    answer = sandbox.call("PUT", "/tasks")
    assert answer.status_code == 405
    assert answer.json()["error"]


@pytest.mark.parametrize(("method", "path"), [e for e in ENDPOINTS if e[0] != "POST" or e[1] == "/assets/"])
def test_an_unknown_query_parameter_is_refused(sandbox: Sandbox, method: str, path: str) -> None:
    answer = sandbox.call(method, path, params={"colour": "red"})
    assert refusal(answer) == (400, "Parameter colour is not supported")


@pytest.mark.parametrize("path", ["/videos/motion-create", "/videos/motion-upload"])
def test_an_unknown_body_parameter_is_refused(sandbox: Sandbox, path: str) -> None:
    assert refusal(sandbox.post(path, workID=1)) == (400, "Parameter workID is not supported")
    answer = sandbox.call("POST", path, files={"workID": (None, "1")})
    assert refusal(answer) == (400, "Parameter workID is not supported")


WRONG = [
    ({"workId": None}, "Parameter workId is required"),
    ({"image": None}, "Parameter image is required"),
    ({"image": ""}, "Parameter image is required"),
    ({"workId": "-100000000000004"}, "Parameter workId must be an integer"),
    ({"workId": 1.5}, "Parameter workId must be an integer"),
    ({"workId": True}, "Parameter workId must be an integer"),
    ({"image": 7}, "Parameter image must be a string"),
    ({"prompt": "x" * 2501}, "Parameter prompt must be at most 2500 characters"),
    ({"prompt": None, "audio_prompt": "x" * 2501}, "Parameter audio_prompt must be at most 2500 characters"),
    ({"music_prompt": "x" * 2501}, "Parameter music_prompt must be at most 2500 characters"),
    ({"duration": 7}, "Parameter duration must be 5 or 10"),
    ({"duration": "05"}, "Parameter duration must be 5 or 10"),
    ({"duration": 5.0}, "Parameter duration must be 5 or 10"),
    ({"mode": "fast"}, "Parameter mode must be std or pro"),
    ({"mode": ["std"]}, "Parameter mode must be std or pro"),
    ({"character_id": 11}, "Parameter character_id must be from 0 to 10"),
    ({"character_id": -1}, "Parameter character_id must be from 0 to 10"),
    ({"change_direction": "true"}, "Parameter change_direction must be true or false"),
    ({"sound_effect": 1}, "Parameter sound_effect must be true or false"),
    ({"enable_asmr": "no"}, "Parameter enable_asmr must be true or false"),
    (
        {"sound_effect": False, "audio_prompt": "rain"},
        "Parameter audio_prompt cannot be used when sound_effect is false",
    ),
    (
        {"sound_effect": False, "music_prompt": "jazz"},
        "Parameter music_prompt cannot be used when sound_effect is false",
    ),
    (
        {"sound_effect": False, "enable_asmr": False},
        "Parameter enable_asmr cannot be used when sound_effect is false",
    ),
    ({"maxJobs": 0}, "Parameter maxJobs must be from 1 to 50"),
    ({"maxJobs": 51}, "Parameter maxJobs must be from 1 to 50"),
    ({"replyUrl": "ftp://example.com/x"}, "Parameter replyUrl must be an http or https URL"),
    ({"replyUrl": "http://"}, "Parameter replyUrl must be an http or https URL"),
    ({"replyRef": 5}, "Parameter replyRef must be a string"),
    ({"email": 5}, "Parameter email must be a string"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_motion_create_refuses(sandbox: Sandbox, change: dict[str, Any], words: str) -> None:
    body = {name: value for name, value in {**CREATE, **change}.items() if value is not None}
    assert refusal(sandbox.post("/videos/motion-create", **body)) == (400, words)


@pytest.mark.parametrize("name", ["resourceUrl", "coverUrl"])
def test_motion_upload_requires_both_links(sandbox: Sandbox, name: str) -> None:
    body = {"resourceUrl": "http://x/a.mp4", "coverUrl": "http://x/a.jpg"}
    del body[name]
    answer = sandbox.post("/videos/motion-upload", **body)
    assert refusal(answer) == (400, f"Parameter {name} is required")


def test_what_is_allowed_at_the_edges_is_taken(sandbox: Sandbox) -> None:
    task = ok(
        sandbox.order(
            prompt="x" * 2500,
            audio_prompt="é" * 2500,
            music_prompt="\U0001f600" * 2500,
            enable_asmr=True,
            duration=10,
            mode="pro",
            character_id=10,
            change_direction=True,
            maxJobs=50,
            replyRef="",
        )
    )
    arguments = {argument["name"]: argument["value"] for argument in task["task"]["taskInfo"]["arguments"]}
    assert arguments == {
        "prompt": "x" * 2500,
        "duration": "10",
        "model_mode": "pro",
        "enable_audio": "true",
    }


def test_a_form_is_read_like_json(sandbox: Sandbox) -> None:
    form = {
        "workId": "-100000000000004",
        "image": sandbox.picture(),
        "duration": "10",
        "sound_effect": "false",
        "character_id": "3",
        "prompt": "Größe",
    }
    answer = sandbox.call("POST", "/videos/motion-create", files={name: (None, text) for name, text in form.items()})
    arguments = {a["name"]: a["value"] for a in ok(answer)["task"]["taskInfo"]["arguments"]}
    assert arguments == {"prompt": "Größe", "duration": "10", "model_mode": "std", "enable_audio": "false"}
    assert sandbox.calls()[-1]["body"] == form


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("workId", "1.0", "Parameter workId must be an integer"),
        ("sound_effect", "1", "Parameter sound_effect must be true or false"),
        ("sound_effect", "True", "Parameter sound_effect must be true or false"),
        ("maxJobs", "", "Parameter maxJobs must be an integer"),
    ],
)
def test_a_form_is_as_strict(sandbox: Sandbox, name: str, text: str, words: str) -> None:
    form = {"workId": "1", "image": "x", name: text}
    answer = sandbox.call("POST", "/videos/motion-create", files={k: (None, v) for k, v in form.items()})
    assert refusal(answer) == (400, words)


def test_a_file_in_a_form_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.call("POST", "/videos/motion-create", files={"image": ("a.jpg", jpeg())})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 200_000, "application/json", 400),
        (b'{"prompt": "' + b"x" * 300_000 + b'"}', "application/json", 413),
        (b"workId=1", "application/x-www-form-urlencoded", 400),
        (b"{}", "", 400),
        (b"nonsense", "multipart/form-data; boundary=x", 400),
        (b"nonsense", "multipart/form-data", 400),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(sandbox: Sandbox, body: bytes, kind: str, status: int) -> None:
    answer = sandbox.call("POST", "/videos/motion-create", data=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "query", "words"),
    [
        ("/tasks", {"createdBefore": 1, "createdAfter": 1}, None),
        ("/tasks", {"createdBefore": "yesterday"}, "Parameter createdBefore must be an integer"),
        ("/tasks", {"contentType": "film"}, "Parameter contentType must be video or image or audio"),
        ("/tasks", {"pageSize": 0}, "Parameter pageSize must be from 1 to 100"),
        ("/videos/motions", {"pageSize": 101}, "Parameter pageSize must be from 1 to 100"),
        ("/videos/motions", {"mine": "yes"}, "Parameter mine must be true or false"),
        ("/videos/motions", {"pageNum": 0}, "Parameter pageNum must be at least 1"),
        ("/assets/uploaded/", {"pageNum": "x"}, "Parameter pageNum must be an integer"),
        ("/assets/download", {}, "Parameter workIds is required"),
        ("/assets/download", {"workIds": "1,two"}, "Parameter workIds must be integers separated by commas"),
        ("/assets/download", {"workIds": "1", "fileTypes": "GIF"}, "Parameter fileTypes must be MP4, MP3, WAV or PNG"),
    ],
)
def test_a_query_is_checked(sandbox: Sandbox, path: str, query: dict[str, Any], words: str | None) -> None:
    status, said = refusal(sandbox.get(path, **query))
    assert status == 400
    assert said == (words or "Parameter createdBefore cannot be used together with createdAfter")


def test_a_parameter_given_twice_is_refused(sandbox: Sandbox) -> None:
    answer = sandbox.call("GET", "/tasks", params=[("pageSize", 1), ("pageSize", 2)])
    assert refusal(answer) == (400, "Parameter pageSize must be given once")


def test_parameters_of_a_post_belong_in_the_body(sandbox: Sandbox) -> None:
    answer = sandbox.call("POST", "/videos/motion-create?email=practice@example.com", json=CREATE)
    assert refusal(answer) == (400, "Parameter email belongs in the body")


# What is not there


def test_an_unknown_picture_or_motion_is_404_in_the_documented_words(sandbox: Sandbox) -> None:
    documented = {"error": NOT_FOUND, "message": "Not Found"}
    for changes in (
        {"image": "https://s21-kling.klingai.com/a/person.jpg"},
        {"image": "not even a link"},
        {"image": "http://[broken"},
        {"workId": -5},
        {"workId": 123456789},
    ):
        answer = sandbox.order(**changes)
        assert (answer.status_code, answer.json()) == (404, documented)
