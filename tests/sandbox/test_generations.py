"""The way from one generation of motion control to the other."""

from typing import Any

import pytest
import requests

from kling.sandbox import TOKEN, create_app, practice
from tests.sandbox.calls import MOTION_FIELDS, TOO_SHORT, listed, mine, official, work_of
from tests.sandbox.test_serving import start
from tests.sandbox_server import Sandbox, jpeg, mp4, ok, refusal, sandbox_of


def test_the_switch_keeps_what_there_is(sandbox: Sandbox) -> None:
    task = sandbox.motion(4.0)["task"]["id"]
    sandbox.finish()
    templates, assets = mine(sandbox), listed(sandbox)
    assert sandbox.lever("generation", generation=2) == {"generation": 2}
    # The clip of the template is a video like any other.
    assert [motion["url"] for motion in mine(sandbox)] == [templates[0]["resource"]["resource"]]
    assert listed(sandbox) == assets
    assert sandbox.get(f"/tasks/{task}").status_code == 200
    order = ok(sandbox.order_reference())["task"]["id"]
    sandbox.lever("generation", generation=1)
    assert mine(sandbox) == templates
    assert sandbox.get(f"/tasks/{order}").status_code == 200
    assert sandbox.order(workId=templates[0]["workId"]).status_code == 200


def test_a_video_of_before_that_is_too_short_is_no_motion(sandbox: Sandbox) -> None:
    link = ok(sandbox.upload(mp4(2.5), "video/mp4"))["resourceUrl"]
    sandbox.lever("generation", generation=2)
    assert mine(sandbox) == []
    assert refusal(sandbox.order_reference(motionUrl=link)) == (400, TOO_SHORT)


@pytest.mark.parametrize("generation", [1, 2])
def test_reset_goes_back_to_where_it_was_started(generation: int) -> None:
    with sandbox_of(generation=generation) as sandbox:
        first = set(official(sandbox)[0])
        assert ("assetId" in first) is (generation == 2)
        sandbox.lever("generation", generation=3 - generation)
        assert set(official(sandbox)[0]) != first
        sandbox.lever("reset")
        assert set(official(sandbox)[0]) == first


@pytest.mark.parametrize("body", [{"generation": 3}, {"generation": "2"}, {"generation": True}, {}])
def test_another_generation_is_refused(sandbox: Sandbox, body: dict[str, Any]) -> None:
    answer = requests.post(f"{sandbox.origin}/sandbox/generation", json=body, timeout=30)
    assert refusal(answer) == (400, "generation must be 1 or 2")
    assert "workId" in official(sandbox)[0]


def test_there_are_two_generations() -> None:
    with pytest.raises(ValueError, match="generation must be 1 or 2"):
        create_app(generation=0)


def test_practice_is_switched_from_within_the_process() -> None:
    at = practice()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert at.generation == 1
    try:
        at.set_generation(2)
        assert practice().generation == 2
        [motion, *_] = requests.get(f"{at.url}/videos/motions", headers=headers, timeout=30).json()
        assert set(motion) == MOTION_FIELDS
        with pytest.raises(ValueError, match="generation must be 1 or 2"):
            at.set_generation(3)
        assert at.generation == 2
    finally:
        at.set_generation(1)


def test_the_command_starts_either() -> None:
    with start("--port", "0", "--generation", "2") as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[3].rstrip(",")
            headers = {"Authorization": f"Bearer {TOKEN}"}
            [motion, *_] = requests.get(f"{url}/videos/motions", headers=headers, timeout=30).json()
            assert set(motion) == MOTION_FIELDS
        finally:
            process.terminate()
    assert process.returncode == 0


def test_the_other_endpoints_are_the_same(second: Sandbox) -> None:
    assert ok(second.upload(jpeg(), "image/jpeg"))["status"] == 3
    work = work_of(second)
    answer = ok(second.get("/assets/download", workIds=work["workId"], fileTypes="MP4"))
    assert answer["cdnUrl"] == work["resource"]["resource"]
    assert ok(second.delete(f"/tasks/{work['taskId']}")) == {"deleted": 1, "workIds": [work["workId"]]}
