"""The control paths: faults on purpose, the log of calls, a fresh start."""

import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import requests

from kling.sandbox import TOKEN
from kling.sandbox.api import middleware
from kling.sandbox.api.call_log import CALLS
from tests.sandbox_server import Sandbox, ok


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("down", 503),
        ("html", 502),
        ("error", 500),
        ("moderation", 500),
        ("unauthorized", 401),
        ("expired", 402),
        ("broken", 596),
        ("busy", 429),
    ],
)
def test_trouble_answers_every_call_until_it_ends(sandbox: Sandbox, kind: str, status: int) -> None:
    sandbox.lever("trouble", kind=kind)
    assert sandbox.get("/tasks").status_code == status
    assert sandbox.post("/videos/motion-create").status_code == status
    assert sandbox.upload(iter([bytes(1 << 16)] * 480), "video/mp4").status_code == status
    sandbox.lever("trouble", kind=None)
    assert sandbox.get("/tasks").status_code == 200


def test_under_trouble_a_body_is_read_to_its_end(sandbox: Sandbox) -> None:
    """Else a sender may find a broken connection in place of the answer."""
    passed: list[int] = []

    async def count(body: AsyncIterator[bytes]) -> None:
        passed.append(sum([len(chunk) async for chunk in body]))

    sandbox.lever("trouble", kind="down")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(middleware, "drain", count)
        assert sandbox.upload(bytes(3 << 20), "video/mp4").status_code == 503
    assert passed == [3 << 20]


def test_trouble_for_some_calls_only(sandbox: Sandbox) -> None:
    sandbox.lever("trouble", kind="down", times=2, method="GET", path="/tasks")
    assert sandbox.get("/accounts").status_code == 200
    assert [sandbox.get("/tasks").status_code for _ in range(3)] == [503, 503, 200]


def test_a_connection_dropped_before_the_work(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    sandbox.lever("trouble", kind="drop", times=1)
    with pytest.raises(requests.ConnectionError):
        sandbox.order(image=image)
    assert ok(sandbox.get("/tasks")) == {"history": []}


def test_a_connection_dropped_after_the_work(sandbox: Sandbox) -> None:
    image = sandbox.picture()
    sandbox.lever("trouble", kind="drop", when="after", times=1)
    with pytest.raises(requests.ConnectionError):
        sandbox.order(image=image)
    assert len(ok(sandbox.get("/tasks"))["history"]) == 1


def test_a_slow_answer(sandbox: Sandbox) -> None:
    sandbox.lever("trouble", kind="slow", seconds=0.3)
    started = time.monotonic()
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{sandbox.url}/tasks", timeout=0.1)
    assert sandbox.get("/tasks").status_code == 200
    assert time.monotonic() - started >= 0.4


def test_tasks_made_under_trouble_fail(sandbox: Sandbox) -> None:
    sandbox.lever("trouble", kind="fail")
    task = sandbox.motion()["task"]["id"]
    sandbox.lever("trouble", kind=None)
    sandbox.finish()
    assert ok(sandbox.get(f"/tasks/{task}"))["status_name"] == "failed"
    assert ok(sandbox.get("/videos/motions", mine="true")) == []


@pytest.mark.parametrize("wrong", [{"kind": "flood"}, {"kind": "drop", "when": "never"}, {"kind": "down", "x": 1}])
def test_an_unknown_trouble_is_refused(sandbox: Sandbox, wrong: dict[str, Any]) -> None:
    assert requests.post(f"{sandbox.origin}/sandbox/trouble", json=wrong, timeout=30).status_code == 400


def test_calls_are_recorded_without_the_token(sandbox: Sandbox) -> None:
    sandbox.get("/tasks", pageSize=3)
    sandbox.post("/videos/motion-create", workId=-5, image="x")
    requests.get(f"{sandbox.url}/tasks", headers={"Authorization": "Bearer wrong"}, timeout=30)
    assert sandbox.calls() == [
        {"method": "GET", "path": "/v1/kling/tasks", "query": {"pageSize": "3"}, "body": None, "status": 200},
        {
            "method": "POST",
            "path": "/v1/kling/videos/motion-create",
            "query": {},
            "body": {"workId": -5, "image": "x"},
            "status": 404,
        },
        {"method": "GET", "path": "/v1/kling/tasks", "query": {}, "body": None, "status": 401},
    ]
    assert TOKEN not in json.dumps(sandbox.calls())


def test_no_more_calls_are_recorded_than_allowed(sandbox: Sandbox) -> None:
    call_log = sandbox.app.state.call_log
    for number in range(CALLS + 100):
        call_log.record("GET", f"/{number}", "")
    assert len(sandbox.calls()) == CALLS
    assert sandbox.calls()[-1]["path"] == f"/{CALLS + 99}"


def test_reset_begins_anew(sandbox: Sandbox) -> None:
    sandbox.task()
    sandbox.lever("trouble", kind="down")
    sandbox.lever("reset")
    assert sandbox.calls() == []
    assert ok(sandbox.get("/tasks")) == {"history": []}
    assert ok(sandbox.get("/assets/uploaded/")) == {"uploadAssetsList": []}
    assert ok(sandbox.get("/accounts/practice@example.com"))["balance"]["total"] == 66_000
    assert list(sandbox.folder.glob("*")) == []
