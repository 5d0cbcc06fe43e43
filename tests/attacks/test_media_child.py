"""A file that takes over the process which looks at it: what it finds there, and where it can go from there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from kling.media import child_process
from tests.recorder import answer, recording

SECRET = "user:1-not-for-the-child"


def environment() -> list[str]:
    return [f"{name}={value}" for name, value in os.environ.items()]


def call(port: int) -> str:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except OSError as error:
        return type(error).__name__
    return "connected"


def leave(name: str) -> list[str]:
    """Leave a file, and tell what was there before."""
    found = sorted(path.name for path in Path(tempfile.gettempdir()).iterdir())
    Path(tempfile.gettempdir(), name).write_text("left", encoding="ascii")
    Path(tempfile.gettempdir(), f"{name} folder").mkdir()
    return [tempfile.gettempdir(), *found]


@pytest.fixture(autouse=True)
def _new_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLING_API_TOKEN", SECRET)
    monkeypatch.setenv("KLING_DATABASE_URL", f"postgresql://{SECRET}@db/kling")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    child_process._children.end()


def test_it_finds_no_secret_in_its_environment() -> None:
    assert not [each for each in child_process.run(environment) if SECRET in each or each.startswith("KLING")]


def test_it_reaches_nobody() -> None:
    allowed = "import sys; from kling.media import confinement; sys.exit(not confinement.leave_network())"
    if subprocess.run([sys.executable, "-c", allowed], cwd=child_process.ROOT, check=False).returncode:
        pytest.skip("this system does not let a process leave the network")
    with recording() as inside:
        inside.will(answer(200))
        assert child_process.run(call, int(inside.url.split(":")[2].split("/")[0])) != "connected"
        assert inside.connections == 0


def test_what_one_file_leaves_the_next_does_not_find() -> None:
    folder, *found = child_process.run(leave, "one")
    assert found == []
    assert child_process.run(leave, "two") == [folder]
    assert not list(Path(folder).iterdir())
    assert folder != tempfile.gettempdir()
    child_process._children.end()
    assert not Path(folder).exists()
