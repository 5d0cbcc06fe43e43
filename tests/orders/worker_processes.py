"""Processes for the tests and the bench of orders: a practice API, order workers to kill, a PostgreSQL of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.orders.worker_process import TOKEN
from tests.processes import free_port
from tests.programs import Program

POSTGRES_USER = "kling"


class Worker(Program):
    """A process that carries orders out."""

    def __init__(self, folder: Path, database: str, api: str, *ids: str) -> None:
        super().__init__("tests.orders.worker_process", str(folder), database, api, *ids)

    def until_ready(self) -> Worker:
        assert self.output.readline() == "ready\n", "the worker did not start"
        return self

    def stop(self) -> None:
        self.end(70)


@contextmanager
def practice_api(seconds: float) -> Iterator[str]:
    """A practice API in a process of its own; yields its origin."""
    process = Program("tests.orders.upstream_app", str(free_port()), str(seconds))
    try:
        yield process.output.readline().strip()
    finally:
        process.end(20)


def tasks_at(api: str) -> list[dict[str, Any]]:
    """Every task of the practice API, newest first."""
    tasks: list[dict[str, Any]] = []
    query: dict[str, int] = {"pageSize": 100}
    while True:
        page = requests.get(
            f"{api}/v1/kling/tasks", query, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30
        ).json()["history"]
        tasks += page
        if len(page) < 100:
            return tasks
        query["createdBefore"] = page[-1]["task"]["createTime"]


def prompts_at(api: str) -> list[str]:
    """The descriptions of the tasks there are, one for each task."""
    arguments = (task["task"]["taskInfo"]["arguments"] for task in tasks_at(api))
    return sorted(each["value"] for given in arguments for each in given if each["name"] == "prompt")


def lever(api: str, name: str, **body: Any) -> Any:
    return requests.post(f"{api}/sandbox/{name}", json=body, timeout=30).json()


def postgres_programs() -> Path | None:
    """Where Debian's package, or any other, has put PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def postgres() -> Iterator[str]:
    """A PostgreSQL of its own on a private port and folder; yields the URL of an empty database.

    It refuses to run as root, so there it runs as the user that its package made.
    """
    programs = postgres_programs()
    assert programs is not None, "PostgreSQL is not installed: tests/run gets it"
    with tempfile.TemporaryDirectory(prefix="kling-postgres-") as folder:
        user = _as_whom(Path(folder))
        data, port = f"{folder}/data", free_port()
        quiet: dict[str, Any] = {
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
            "user": user,
            "cwd": folder,
        }
        init = [f"{programs}/initdb", "-D", data, "-U", POSTGRES_USER, "--auth=trust", "--no-sync", "-E", "UTF8"]
        subprocess.run(init, check=True, **quiet)
        server = [f"{programs}/postgres", "-D", data, "-p", str(port), "-k", folder, "-c", "listen_addresses=127.0.0.1"]
        process = subprocess.Popen([*server, "-c", "fsync=off"], **quiet)
        try:
            _wait_for(programs, port, process)
            yield f"postgresql://{POSTGRES_USER}@127.0.0.1:{port}/postgres"
        finally:
            process.send_signal(signal.SIGINT)  # its fast way to stop
            process.wait(30)


def _as_whom(folder: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return "postgres"


def _wait_for(programs: Path, port: int, process: subprocess.Popen[bytes]) -> None:
    ask = [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-t", "20"]
    while subprocess.run(ask).returncode != 0:
        assert process.poll() is None, "PostgreSQL ended at its start"
