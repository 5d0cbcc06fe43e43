"""The routes beside the pages: callbacks, the health check and the zip; what they take and what they never tell."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.applications import Starlette
from starlette.routing import Route

import kling
from kling import KlingClient, Settings
from kling.archive import Archive, open_files
from kling.callbacks import BODY_BYTES, callback_purpose, claimed_task, secret_of
from kling.errors import NotConfigured, NotFound, ServerError
from kling.feed import Feeds
from kling.orders import Orders
from kling.sandbox import serve
from kling.store import Store
from kling.zip_stream import MISSING, Entry, stream
from pages.server import metrics, routes, zip_links
from pages.ui.session import shared
from tests.sandbox_server import Sandbox

SECRET_TOKEN = "user:1-not-to-be-seen"
METRICS_TOKEN = "only for numbers"


@dataclass
class App:
    origin: str

    def get(self, path: str, token: str | None = None) -> requests.Response:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return requests.get(self.origin + path, headers=headers, timeout=30)

    def post(self, path: str, **body: Any) -> requests.Response:
        return requests.post(self.origin + path, timeout=30, **body)


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def orders(sandbox: Sandbox, tmp_path: Path) -> Iterator[Orders]:
    client = KlingClient(sandbox.token, sandbox.url)
    found = Orders(lambda _: client, tmp_path, f"sqlite:///{tmp_path}/orders.sqlite", service=sandbox.url)
    yield found
    found.stop()


@pytest.fixture
def feeds(sandbox: Sandbox, orders: Orders, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Feeds:
    found = Feeds(KlingClient(sandbox.token, sandbox.url), start=lambda look: look())
    monkeypatch.setattr(shared, "feeds", lambda account: found)
    settings = Settings(api_token=SECRET_TOKEN, api_url=sandbox.url, data_dir=tmp_path, metrics_token=METRICS_TOKEN)
    monkeypatch.setattr(shared, "settings", lambda: settings)
    monkeypatch.setattr(shared, "orders", lambda: orders)
    monkeypatch.setattr(shared, "token", lambda: SECRET_TOKEN)
    return found


@pytest.fixture
def app(feeds: Feeds) -> Iterator[App]:
    ours = [
        Route("/healthz", routes.healthz),
        Route("/readyz", routes.readyz),
        Route("/metrics", metrics.metrics),
        Route("/hooks/kling/{secret}", routes.callback, methods=["POST"]),
        Route("/zip/{secret}", routes.zip_of_videos),
    ]
    with serve(Starlette(routes=ours)) as origin:
        yield App(origin)


def hook(account: str | None = None) -> str:
    return f"/hooks/kling/{secret_of(SECRET_TOKEN, callback_purpose(account))}"


def test_a_callback_makes_the_feed_ask_about_that_task_and_believes_only_the_answer(
    app: App, feeds: Feeds, sandbox: Sandbox
) -> None:
    task_id = sandbox.task()
    lie = {"task": {"id": task_id}, "status_name": "succeed", "status_final": True}
    assert app.post(hook(), json=lie).status_code == 202
    tasks = feeds.tasks.known().value
    assert tasks is not None
    assert [(summary.id, summary.state) for summary in tasks] == [(task_id, "submitted")]
    assert sandbox.calls()[-1]["path"].endswith(f"/tasks/{task_id}")


def test_a_wrong_secret_finds_nothing_and_asks_nothing(app: App, sandbox: Sandbox) -> None:
    calls = len(sandbox.calls())
    assert app.post("/hooks/kling/0123", json={"task": {"id": 1}}).status_code == 404
    assert app.post(hook("somebody@else.com"), json={"task": {"id": 1}}).status_code == 404
    assert len(sandbox.calls()) == calls


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b'{"task": 5}', b'{"task": {"id": "7"}}', b'{"task": {"id": -7}}'])
def test_a_body_without_a_task_is_refused(app: App, body: bytes) -> None:
    assert app.post(hook(), data=body).status_code == 400


def test_a_body_that_is_too_long_is_not_read_to_its_end(app: App) -> None:
    assert app.post(hook(), data=b" " * (BODY_BYTES + 1)).status_code == 413


def test_the_secret_survives_a_restart_and_is_not_the_token() -> None:
    secret = secret_of(SECRET_TOKEN, "callback ")
    assert secret == secret_of(SECRET_TOKEN, "callback ")
    assert secret != secret_of(SECRET_TOKEN, "callback me@x.y")
    assert SECRET_TOKEN not in secret
    assert claimed_task(json.dumps({"task": {"id": 2**53 + 1}}).encode()) == 2**53 + 1


def test_health_tells_mode_age_and_version_and_nothing_secret(app: App, feeds: Feeds) -> None:
    ours = {"status": "ok", "mode": "live", "version": kling.__version__}
    assert app.get("/healthz").json() == {**ours, "feed_age": None, "feed_version": 0}
    feeds.tasks.snapshot()
    answer = app.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["feed_version"] == 1
    assert SECRET_TOKEN not in answer.text


def test_a_failing_upstream_is_told_and_makes_neither_alive_nor_ready_fail(
    app: App, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    feeds = Feeds(KlingClient(sandbox.token, sandbox.url), clock=clock, start=lambda look: look())
    monkeypatch.setattr(shared, "feeds", lambda account: feeds)
    monkeypatch.setattr("time.time", clock)
    assert app.get("/readyz").json() == {
        "status": "ready", "storage": "ok", "archive": "ok", "upstream": "ok", "upstream_failing_for": 0,
    }  # fmt: skip

    def fails(*_: Any, **__: Any) -> Any:
        raise ServerError(503, "down")

    with monkeypatch.context() as during:
        during.setattr(KlingClient, "list_tasks", fails)
        feeds.tasks.snapshot()
        clock.now += 3600
        assert app.get("/healthz").status_code == 200
        assert app.get("/healthz").json()["status"] == "ok"
        answer = app.get("/readyz")
        assert answer.status_code == 200
        assert (answer.json()["upstream"], answer.json()["upstream_failing_for"]) == ("ServerError", 3600)
    clock.now += 61
    app.get("/readyz")  # looks whether it works again
    assert app.get("/readyz").json()["upstream"] == "ok"


def test_a_store_that_does_not_answer_is_not_ready_but_alive(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_away() -> Any:
        raise NotConfigured("The database of orders does not answer.")

    monkeypatch.setattr(shared, "orders", is_away)
    health = app.get("/healthz")
    assert health.status_code == 200
    assert health.json()["storage"] == "The database of orders does not answer."
    answer = app.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["storage"] == "The database of orders does not answer."


def test_metrics_are_for_who_has_their_token_and_tell_no_secret(app: App, feeds: Feeds, sandbox: Sandbox) -> None:
    assert app.get("/metrics").status_code == 401
    assert app.get("/metrics", "wrong").status_code == 401
    feeds.client().get_task(sandbox.task())
    with pytest.raises(NotFound):
        feeds.client().get_task(5)
    feeds.tasks.snapshot()
    told = app.get("/metrics", METRICS_TOKEN)
    assert told.status_code == 200
    assert 'kling_upstream_calls_total{call="GET /tasks/…",outcome="ok"}' in told.text
    assert 'kling_upstream_calls_total{call="GET /tasks/…",outcome="NotFound 404"}' in told.text
    numbers = (line.rpartition(" ") for line in told.text.splitlines() if not line.startswith("#"))
    gauges = {name: float(value) for name, _, value in numbers}
    assert (gauges["kling_line_length"], gauges["kling_storage_up"], gauges["kling_tasks_unfinished"]) == (0, 1, 1)
    assert gauges["kling_feed_age_seconds"] >= 0
    assert not any(secret in told.text for secret in (SECRET_TOKEN, METRICS_TOKEN, sandbox.token))


def test_without_a_token_of_their_own_there_are_no_metrics(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "settings", Settings)
    assert app.get("/metrics", "").status_code == 404


def test_a_zip_link_that_was_changed_opens_nothing(app: App) -> None:
    until = int(time.time()) + 60
    secret = secret_of(SECRET_TOKEN, f"zip  1,2 until {until} for 127.0.0.1")
    assert app.get(f"/zip/{secret}?account=&tasks=1,3&until={until}").status_code == 404


def test_a_zip_is_made_in_pieces_and_names_what_is_missing() -> None:
    def refuses() -> Iterator[bytes]:
        raise NotFound(404, "gone")
        yield b""

    whole = [b"a" * 1000, b"b" * 1000]
    pieces = list(stream([Entry("one.mp4", lambda: whole), Entry("two.mp4", refuses)]))
    assert len(pieces) > 2
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.read("one.mp4") == b"".join(whole)
        assert archive.namelist() == ["one.mp4", MISSING]
        assert b"two.mp4: NotFound" in archive.read(MISSING)


def test_a_task_that_is_gone_meanwhile_is_named_and_the_others_come(
    feeds: Feeds, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for when its turn comes: where that failed, the whole zip broke off."""
    store = Store(f"sqlite:///{tmp_path}/orders.sqlite")
    monkeypatch.setattr(shared, "archive", lambda: Archive(store, sandbox.url, open_files(str(tmp_path), tmp_path)))
    first, second = sandbox.task(), sandbox.task()
    sandbox.finish()
    pieces = stream(zip_links._entries(feeds, [first, 7, second]))
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces))) as found:
        assert len([name for name in found.namelist() if name.endswith(".mp4")]) == 2
        assert "task 7: NotFound" in found.read(MISSING).decode()
