"""How the practice API is run: threads, folders, the command line."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests

import kling.sandbox
from kling.sandbox import TOKEN, create_app, practice, serve
from kling.sandbox.__main__ import main
from tests.sandbox_server import Sandbox, jpeg, sandbox_of

ROOT = Path(__file__).parents[2]


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


def test_a_stop_does_not_wait_for_a_slow_answer_and_says_so_in_a_line() -> None:
    with start("--port", "0", "--token", "user:7-x") as process:
        assert process.stdout is not None
        origin = process.stdout.readline().split()[3].removesuffix("/v1/kling,")
        slow = {"kind": "slow", "seconds": 600}
        requests.post(f"{origin}/sandbox/trouble", json=slow, timeout=30).raise_for_status()
        with socket.create_connection(("127.0.0.1", int(origin.rpartition(":")[2])), timeout=30) as asking:
            asking.sendall(b"GET /v1/kling/accounts HTTP/1.1\r\nHost: kling\r\n\r\n")
            while not requests.get(f"{origin}/sandbox/calls", timeout=30).json()["calls"]:
                pass
            process.send_signal(signal.SIGTERM)
            assert asking.recv(1) == b""
        assert process.stdout.read().splitlines() == ["Cancel 1 running task(s), timeout graceful shutdown exceeded"]
        assert process.wait(20) == 0


def test_the_command_lists_tasks_as_it_is_told() -> None:
    with start("--port", "0", "--late", "600", "--page-limit", "50") as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[3].rstrip(",")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        options: dict[str, Any] = {"headers": headers, "timeout": 30}
        image = requests.post(
            f"{url}/assets", data=jpeg(), **{**options, "headers": {**headers, "Content-Type": "image/jpeg"}}
        )
        order = {"workId": -100_000_000_000_004, "image": image.json()["url"]}
        task = requests.post(f"{url}/videos/motion-create", json=order, **options).json()["task"]["id"]
        assert requests.get(f"{url}/tasks", **options).json() == {"history": []}
        assert requests.get(f"{url}/tasks/{task}", **options).json()["task"]["id"] == task
        process.terminate()


@pytest.mark.parametrize(
    "wrong",
    ["--page-limit 0", "--late -1", "--late nan", "--max-jobs 0", "--seconds inf", "--port 70000"],
)
def test_the_command_says_in_a_sentence_which_number_cannot_be(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(wrong.split())
    assert ended.value.code == 2
    assert f"error: {wrong.split()[0]} must be" in capsys.readouterr().err


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
