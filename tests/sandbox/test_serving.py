"""How the practice API is run and led: callbacks, levers, threads, the command line."""

import functools
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

import kling.sandbox
from kling.sandbox import TOKEN, create_app, practice, serve
from kling.sandbox.api import middleware
from tests.sandbox_server import SECONDS, Sandbox, jpeg, mp4, ok, sandbox_of

ROOT = Path(__file__).parents[2]

# Callbacks


class Listener(ThreadingHTTPServer):
    """Receives callbacks on loopback, one in `heard` for each."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receive)
        self.heard: queue.Queue[dict[str, Any]] = queue.Queue()
        self.url = f"http://127.0.0.1:{self.server_port}/hook"


class Receive(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.server.heard.put({"path": self.path, **json.loads(body)})

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.02))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_callbacks_come_on_progress_and_at_the_end(sandbox: Sandbox, listener: Listener) -> None:
    task = sandbox.task(replyUrl=listener.url, replyRef="order 7")
    sandbox.clock.advance(SECONDS / 2)
    first = listener.heard.get(timeout=10)
    assert first.pop("path") == "/hook"
    assert first.pop("replyRef") == "order 7"
    assert first == ok(sandbox.get(f"/tasks/{task}"))
    assert first["status_name"] == "processing"
    sandbox.clock.advance(SECONDS)
    last = listener.heard.get(timeout=10)
    assert (last["status_name"], last["status_final"], last["replyRef"]) == ("succeed", True, "order 7")
    assert last["works"][0]["resource"]["resource"].startswith(sandbox.origin)
    assert listener.heard.empty()


def test_a_motion_calls_back_too(sandbox: Sandbox, listener: Listener) -> None:
    clip = ok(sandbox.upload(mp4(), "video/mp4"))
    links = {"resourceUrl": clip["resourceUrl"], "coverUrl": clip["coverUrl"]}
    ok(sandbox.post("/videos/motion-upload", **links, replyUrl=listener.url))
    sandbox.finish()
    heard = listener.heard.get(timeout=10)
    # The clock has jumped over the progress: there is one thing left to say.
    assert (heard["status_name"], heard["replyRef"]) == ("succeed", None)
    assert heard["task"]["type"] == "motion_control_motion_process"


def test_nobody_listening_does_no_harm(sandbox: Sandbox, listener: Listener) -> None:
    image = sandbox.picture()
    sandbox.task(image=image, replyUrl="http://127.0.0.1:9/closed")
    sandbox.task(image=image, replyUrl="http://nowhere.invalid/")
    sandbox.task(image=image, replyUrl=listener.url)
    sandbox.finish()
    assert listener.heard.get(timeout=20)["status_name"] == "succeed"


def test_what_is_no_longer_tracked_does_not_call_back(sandbox: Sandbox, listener: Listener) -> None:
    image = sandbox.picture()
    task = sandbox.task(image=image, replyUrl=listener.url, replyRef="quiet")
    sandbox.task(image=image, replyUrl=listener.url, replyRef="loud")
    assert sandbox.delete(f"/scheduler/{task}").status_code == 200
    sandbox.finish()
    assert listener.heard.get(timeout=10)["replyRef"] == "loud"
    assert listener.heard.empty()


# Levers


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
    for number in range(600):
        call_log.record("GET", f"/{number}", "")
    assert len(sandbox.calls()) == 500
    assert sandbox.calls()[-1]["path"] == "/599"


def test_reset_begins_anew(sandbox: Sandbox) -> None:
    sandbox.task()
    sandbox.lever("trouble", kind="down")
    sandbox.lever("reset")
    assert sandbox.calls() == []
    assert ok(sandbox.get("/tasks")) == {"history": []}
    assert ok(sandbox.get("/assets/uploaded/")) == {"uploadAssetsList": []}
    assert ok(sandbox.get("/accounts/practice@example.com"))["balance"]["total"] == 66_000
    assert list(sandbox.folder.glob("*")) == []


# Threads and folders


def servers() -> int:
    return sum(thread.name == "kling-sandbox-server" for thread in threading.enumerate())


def test_serve_ends_cleanly_and_takes_its_files_along() -> None:
    before = servers()
    with sandbox_of() as sandbox:
        sandbox.picture()
        folder = sandbox.app.state.work_folder.folder
        assert folder.exists()
        assert sandbox.folder.is_relative_to(folder)
    assert not folder.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(sandbox.origin, timeout=5)
    assert servers() == before


def test_an_answer_does_not_wait_for_an_acknowledgement(sandbox: Sandbox) -> None:
    """On one connection that has been in use for a while; with Nagle's algorithm each takes 40 ms."""
    took = []
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {sandbox.token}"
        for _ in range(40):
            started = time.perf_counter()
            session.get(f"{sandbox.url}/videos/motions", timeout=30)
            took.append(time.perf_counter() - started)
    assert min(took[-10:]) < 0.035


def test_files_lie_where_they_are_told_to(tmp_path: Path) -> None:
    with sandbox_of(folder=tmp_path) as sandbox:
        sandbox.picture()
        assert len(list(tmp_path.rglob("*.jpg"))) == 1
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_behind_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "kling-practice-left"
    (left / "uploads").mkdir(parents=True)
    (left / "lock").touch()
    (left / "uploads" / "a.mp4").touch()
    other = tmp_path / "somebody-elses"
    other.mkdir()
    with sandbox_of(folder=tmp_path), sandbox_of(folder=tmp_path):
        assert not left.exists()
        assert other.exists()
        # One that is running is left alone.
        assert len(list(tmp_path.glob("kling-practice-*"))) == 2


def test_a_port_that_is_taken_is_an_error(sandbox: Sandbox) -> None:
    port = int(sandbox.origin.rsplit(":", 1)[-1])
    with pytest.raises(OSError, match="in use"), serve(create_app(), port=port):
        pass


def test_practice_is_one_for_the_process() -> None:
    found: list[kling.sandbox.Practice] = []
    askers = [threading.Thread(target=lambda: found.append(practice())) for _ in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len({id(one) for one in found}) == 1
    at = found[0]
    assert at.url == f"{at.origin}/v1/kling"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    account = requests.get(f"{at.url}/accounts", headers=headers, timeout=30).json()["practice@example.com"]
    assert account["maxJobs"] == 5
    uploaded = requests.post(
        f"{at.url}/assets/", data=jpeg(), headers={**headers, "Content-Type": "image/jpeg"}, timeout=30
    ).json()
    with serve(at.media) as other:
        assert requests.get(f"{other}/media/{uploaded['fileName']}", timeout=30).content == jpeg()


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "kling.sandbox", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_command_says_where_it_is_and_stops_when_told() -> None:
    accounts = ("--account", "ada@example.com", "--account", "bob@example.com", "--max-jobs", "3")
    with start("--port", "0", "--token", "user:7-x", "--seconds", "3", *accounts) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Practice API at http://127.0.0.1:")
        assert "user:7-x" in line
        url = line.split()[3].rstrip(",")
        answer = requests.get(f"{url}/accounts", headers={"Authorization": "Bearer user:7-x"}, timeout=30)
        assert {email: one["maxJobs"] for email, one in answer.json().items()} == {
            "ada@example.com": 3,
            "bob@example.com": 3,
        }
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read() == ""
        assert process.wait(20) == 0


def test_a_process_that_used_practice_leaves_nothing(tmp_path: Path) -> None:
    code = "from kling.sandbox import practice; print(practice().url)"
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.startswith("http://127.0.0.1:")
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
