"""The practice API as a program in JavaScript has it: every number it reads has been a float."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.sandbox.calls import ENDPOINTS
from tests.sandbox_server import Sandbox, jpeg, mp4, ok, wav

EMAIL = "practice@example.com"


def numbers(value: Any) -> Iterator[int | float]:
    """Every number in an answer, whatever it stands for; a text of digits is no number."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from numbers(part)
    elif not isinstance(value, bool) and isinstance(value, int | float):
        yield value


class JavaScript:
    """Reads answers as JSON.parse does, and writes a number as JavaScript does."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.read: list[int | float] = []

    def parse(self, answer: requests.Response) -> Any:
        self.read += numbers(ok(answer))
        return json.loads(answer.text, parse_int=float)

    def get(self, path: str, **query: Any) -> Any:
        return self.parse(self.sandbox.get(path, **{name: written(value) for name, value in query.items()}))

    def post(self, path: str, **body: Any) -> Any:
        exact = {name: int(value) if isinstance(value, float) else value for name, value in body.items()}
        return self.parse(self.sandbox.post(path, **exact))

    def delete(self, path: str, **query: Any) -> Any:
        return self.parse(self.sandbox.delete(path, **query))

    def upload(self, data: bytes, kind: str) -> Any:
        return self.parse(self.sandbox.upload(data, kind))


def written(value: Any) -> Any:
    return f"{value:.0f}" if isinstance(value, float) else value


@pytest.fixture
def script(sandbox: Sandbox) -> JavaScript:
    return JavaScript(sandbox)


def order_template(script: JavaScript, image: str) -> Any:
    clip = script.upload(mp4(), "video/mp4")
    script.post("/videos/motion-upload", resourceUrl=clip["resourceUrl"], coverUrl=clip["coverUrl"])
    script.sandbox.finish()
    [motion] = script.get("/videos/motions", mine="true")
    return script.post("/videos/motion-create", image=image, workId=motion["workId"])


def order_reference(script: JavaScript, image: str) -> Any:
    script.sandbox.lever("generation", generation=2)
    link = script.upload(mp4(3.0), "video/mp4")["resourceUrl"]
    [motion] = script.get("/videos/motions", mine="true")
    assert motion["url"] == link
    element = script.get("/elements")["elementsList"][0]["id"]
    return script.post("/videos/motion-create", imageUrl=image, motionUrl=motion["url"], element_1=element)


@pytest.mark.parametrize("order", [order_template, order_reference])
def test_a_program_in_javascript_finds_what_it_ordered(script: JavaScript, order: Any) -> None:
    image = script.upload(jpeg(), "image/jpeg")["url"]
    script.upload(wav(), "audio/wav")
    task = order(script, image)["task"]["id"]
    path = f"/tasks/{written(task)}"
    assert [job["id"] for job in script.get("/scheduler/available")["executing"]] == [task]
    script.sandbox.finish()

    mine = next(item for item in script.get("/tasks")["history"] if item["task"]["id"] == task)
    assert mine["works"] == script.get(path)["works"]
    [work] = mine["works"]
    assert work["taskId"] == task
    download = script.get("/assets/download", workIds=work["workId"], fileTypes="MP4")
    assert requests.get(download["cdnUrl"], timeout=60).status_code == 200
    assert script.delete(path) == {"deleted": 1, "workIds": [work["workId"]]}

    ids = [upload["id"] for upload in script.get("/assets/uploaded/")["uploadAssetsList"]]
    assert script.delete("/assets/uploaded/", email=EMAIL, id=",".join(ids))["deleted"] == len(ids) == 3


@pytest.mark.parametrize("order", [order_template, order_reference])
def test_every_number_of_every_answer_survives_being_a_float(script: JavaScript, order: Any) -> None:
    task = order(script, script.upload(jpeg(), "image/jpeg")["url"])["task"]["id"]
    stopped = order_again(script)
    assert script.delete(f"/scheduler/{written(stopped)}")["id"] == stopped
    script.sandbox.finish()
    for path in ("/tasks", "/videos/motions", "/elements", "/accounts", f"/accounts/{EMAIL}", "/scheduler/available"):
        script.get(path)
    [work] = script.get(f"/tasks/{written(task)}")["works"]
    script.get("/assets/download", workIds=work["workId"])
    script.delete(f"/tasks/{written(task)}")
    [upload, *_] = script.get("/assets/uploaded/")["uploadAssetsList"]
    script.delete("/assets/uploaded/", email=EMAIL, id=upload["id"])

    asked = {(method, path.rstrip("/")) for method, path in ENDPOINTS}
    deprecated = set() if order is order_template else {("POST", "/videos/motion-upload")}
    assert {known(call) for call in script.sandbox.calls()} == asked - deprecated
    assert [number for number in script.read if int(float(number)) != number] == []
    assert max(map(abs, script.read)) < 2**53


def known(call: dict[str, Any]) -> tuple[str, str]:
    """Method and path as ENDPOINTS has them."""
    path = call["path"].removeprefix("/v1/kling").rstrip("/")
    return call["method"], re.sub(r"/\d+$", "/1", path)


def order_again(script: JavaScript) -> Any:
    """Id of another video, made from one of Kling's own motions."""
    image = script.upload(jpeg(), "image/jpeg")["url"]
    motion = script.get("/videos/motions")[0]
    chosen = {"image": image, "workId": motion["workId"]} if "workId" in motion else {}
    return script.post("/videos/motion-create", **(chosen or {"imageUrl": image, "motionUrl": motion["url"]}))["task"][
        "id"
    ]
