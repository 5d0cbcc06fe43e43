"""A file that takes too much stops nothing but its own child process."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from kling import media
from kling.errors import InvalidInput
from kling.media import child_process
from tests.media.samples import clip, picture


def test_a_large_file_is_looked_at_in_little_memory(tmp_path: Path) -> None:
    path = clip(tmp_path / "large.mp4", 2.0, 180, 320)
    with path.open("r+b") as file:  # a box that nobody reads makes it large
        file.seek(0, 2)
        file.write((100 * 1024 * 1024).to_bytes(4, "big") + b"free")
        file.truncate(path.stat().st_size + 100 * 1024 * 1024)
    media.inspect(clip(tmp_path / "small.mp4", 2.0, 180, 320))
    with child_process._children.one() as child:
        before = peak(child.process.pid)
    assert media.inspect(path).size > 100 * 1024 * 1024
    with child_process._children.one() as child:
        assert peak(child.process.pid) - before < 64 * 1024


def peak(pid: int) -> int:
    """The most memory a process has had, in kB."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0])


def spin() -> None:
    while True:
        pass


def swell() -> int:
    return len(bytearray(child_process.MEMORY))


def die() -> None:
    raise SystemExit


def chatter() -> str:
    print("a library that talks")
    return "done"


@pytest.mark.parametrize("answer", ["3", "null", '["share"]', '{"bytes": "QQ=="}', "no JSON"])
def test_a_child_that_answers_something_else_has_not_read_the_file(answer: str, tmp_path: Path) -> None:
    """Whoever took it over by a broken file may have it say anything."""
    command = [sys.executable, "-c", f"import sys; print({answer!r}, flush=True); sys.stdin.buffer.read()"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with pytest.raises(InvalidInput, match="cannot be read"):
        child_process.Child(process, tmp_path).run(len, ("a",), 5.0, None)


@pytest.mark.parametrize(("function", "seconds"), [(spin, 1.0), (swell, 20.0), (die, 20.0)])
def test_what_takes_too_much_is_a_sentence_and_the_next_file_is_read(function: Any, seconds: float) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        child_process.run(function, cpu_seconds=seconds)
    assert media.inspect(picture()).kind == "jpeg"


def test_what_a_library_prints_does_not_get_between() -> None:
    assert child_process.run(chatter) == "done"


def test_many_at_once_each_get_their_own_answer() -> None:
    found: dict[int, int] = {}
    threads = [
        threading.Thread(target=lambda n=n: found.update({n: media.inspect(picture(300 + n, 400)).width}))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: 300 + n for n in range(8)}


def test_children_end_with_whoever_started_them() -> None:
    code = (
        "import os; from kling.media.child_process import run; print(run(os.getpid), flush=True);"
        " os.kill(os.getpid(), 9)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=child_process.ROOT, timeout=60
    )
    status = Path(f"/proc/{int(said.stdout)}/status")
    for _ in range(3000):
        if not status.exists() or "\nState:\tZ" in status.read_text():
            return
        threading.Event().wait(0.01)
    pytest.fail("the child goes on")
