"""What upstream gives as an address: a web address or nothing, and one bad field takes nothing else of the page."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from kling.addresses import web_address
from kling.models.answers import Asset, Download, Motion, Upload
from kling.models.tasks import Task
from tests.pages.app_test import Pages
from tests.recorder import Behaviour, Recorder, answer, recording
from tests.sandbox_server import Sandbox, ok

SECRET = b"nobody but the server reads this"
NO_ADDRESSES: tuple[object, ...] = (
    *("x", "", " ", "/etc/hostname", "file:///etc/hostname", "javascript:alert(1)", "data:text/html,x", "//host/a"),
    *("http://", "http:///etc/hostname", "https://[bad", "https://host:port/", "https://host/\nb", "ftp://host/a"),
    *(None, 7, True, [], {"url": "https://host"}),
)


@pytest.mark.parametrize("given", NO_ADDRESSES)
def test_what_is_no_web_address_is_none(given: object) -> None:
    assert web_address(given) is None
    part = {"resource": given}
    inputs = [{"name": "motion_video_1", "url": given, "cover": given}, {"name": "image_origin", "url": given}]
    works = [{"workId": 1, "resource": part, "cover": part}]
    task = Task.read({"task": {"id": 1, "taskInfo": {"inputs": inputs}}, "works": works})
    assert (task.motion_url, task.motion_cover_url, task.picture_url) == (None, None, None)
    assert (task.video_url, task.cover_url, task.work_ids) == (None, None, [1])
    motion = Motion.read({"workId": 1, "resource": part, "cover": part, "url": given, "coverUrl": given})
    assert (motion.video_url, motion.cover_url) == (None, None)
    asset = Asset.read({"url": given, "resourceUrl": given, "coverUrl": given})
    assert (asset.url, asset.resource_url, asset.cover_url) == (None, None, None)
    upload = Upload.read({"id": 1, "resource": part, "cover": part})
    assert (upload.url, upload.cover_url, Download.read({"cdnUrl": given}).cdn_url) == (None, None, None)


@pytest.mark.parametrize("given", ["https://cdn.example/a.mp4?x=1", "HTTP://127.0.0.1:8787/a b", " https://host/a "])
def test_a_web_address_stays_as_it_is(given: str) -> None:
    assert web_address(given) == given.strip()


def test_a_time_that_no_calendar_has_is_none() -> None:
    task = Task.read({"task": {"id": 1, "createTime": 10**18, "updateTime": -(10**18)}, "etaTime": 10**18})
    assert (task.id, task.created, task.updated, task.eta_time) == (1, None, None, None)


def saying(sandbox: Sandbox, old: str, new: str) -> Behaviour:
    """The practice API, with one text in its answers replaced."""

    def pass_on(recorder: Recorder, connection: socket.socket) -> None:
        seen = recorder.seen[-1]
        headers = {"Authorization": seen.headers["authorization"]}
        reply = requests.request(seen.method, sandbox.origin + seen.target, headers=headers, timeout=30)
        content = reply.content.replace(old.encode(), new.encode())
        connection.sendall(answer(reply.status_code, content, Connection="close"))

    return pass_on


@contextmanager
def upstream_saying(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, old: str, new: str) -> Iterator[None]:
    with recording() as upstream:
        upstream.will(saying(sandbox, old, new))
        monkeypatch.setenv("KLING_API_URL", upstream.url)
        yield


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "private.mp4"
    path.write_bytes(SECRET)
    return path


@pytest.mark.parametrize("address", ["x", "a file", "file:///etc/hostname", "javascript:alert(1)"])
@pytest.mark.parametrize("which", ["motion_video_1", "image_origin", "result"])
def test_a_bad_address_takes_its_own_preview_and_nothing_else(
    pages: Pages, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, file: Path, address: str, which: str
) -> None:
    task = sandbox.task(prompt="A dance")
    sandbox.finish()
    told = ok(sandbox.get(f"/tasks/{task}"))
    inputs = {each["name"]: each["url"] for each in told["task"]["taskInfo"]["inputs"] if each.get("url")}
    old = {**inputs, "result": told["works"][0]["resource"]["resource"]}[which]
    with upstream_saying(sandbox, monkeypatch, f'"{old}"', f'"{file if address == "a file" else address}"'):
        pages.at.query_params["task"] = str(task)
        pages.open("tasks.py")
        at = pages.settle()
        assert not at.exception
        assert "**Length** 5 seconds" in pages.words()
        assert {"Make another like this", "Delete"} <= {button.label for button in at.button}
        drawn = [each.proto.url for each in at.get("video")]
        drawn += [image.url for each in at.get("imgs") for image in each.proto.imgs]
        assert drawn
        assert all(url.startswith("http://127.0.0.1") for url in drawn), drawn
