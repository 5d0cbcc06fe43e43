"""Programs that start at once: a process that has imported what they need, and forks for each of them.

`python -m tests.forking` reads one program a line, as JSON (`arguments` as after `python -m`, `environ`, and `output`,
where a FIFO stands for what it says; with `input`, another for what it reads), and answers each with the id of its
process. It ends with its input, and the programs with it.
"""

from __future__ import annotations

import faulthandler
import functools
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from tests.installed import scan_once

ROOT = Path(__file__).parents[1]
CAN_FORK = sys.platform == "linux"
THEIRS = ("streamlit.web.cli", "streamlit.starlette", "uvicorn.protocols.http.auto")
OURS = ("kling", "pages")


class Forks:
    """The other end: starts programs by the one process that is ready for it."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.forking"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )
        assert self._answer() == "ready", "it did not import what the programs need"

    def start(self, arguments: list[str], environ: dict[str, str]) -> tuple[int, IO[str]]:
        """The id of the new process, and what it says, until it has ended."""
        with tempfile.TemporaryDirectory() as folder:
            output = _fifo(folder, "output")
            process = self._fork(arguments=arguments, environ=environ, output=str(output))
            return process, output.open(encoding="utf-8")

    def start_reading(self, arguments: list[str], environ: dict[str, str]) -> tuple[int, IO[str], IO[str]]:
        """The same, and what it reads; its errors go where those of this process go."""
        with tempfile.TemporaryDirectory() as folder:
            output, read = _fifo(folder, "output"), _fifo(folder, "input")
            process = self._fork(arguments=arguments, environ=environ, output=str(output), input=str(read))
            return process, output.open(encoding="utf-8"), read.open("w", encoding="utf-8")

    def stop(self) -> None:
        self._process.communicate(timeout=20)

    def _fork(self, **program: object) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(program) + "\n")
        self._process.stdin.flush()
        return int(self._answer())

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def _fifo(folder: str, name: str) -> Path:
    path = Path(folder) / name
    os.mkfifo(path)
    return path


@functools.cache
def forks() -> Forks | None:
    """Those of this process, from the first use on; None where a process cannot fork."""
    return Forks() if CAN_FORK else None


def stop_forks() -> None:
    """At the end of all tests."""
    if forks.cache_info().currsize and (found := forks()) is not None:
        found.stop()
    forks.cache_clear()


def main() -> None:
    _import_everything()
    print("ready", flush=True)
    running: set[int] = set()
    for line in sys.stdin:
        program = json.loads(line)
        if (process := os.fork()) == 0:
            _become(**program)
        running.add(process)
        print(process, flush=True)
        running -= {each for each in running if os.waitpid(each, os.WNOHANG)[0]}
    for each in running:
        if not os.waitpid(each, os.WNOHANG)[0]:
            os.kill(each, signal.SIGTERM)


def _import_everything() -> None:
    for name in (*THEIRS, *OURS):
        importlib.import_module(name)
    for name in OURS:
        for module in pkgutil.walk_packages(sys.modules[name].__path__, f"{name}."):
            if not _is_program(module):
                importlib.import_module(module.name)
    scan_once()
    assert threading.active_count() == 1, "a thread would not be there after a fork"
    gc.collect()
    gc.freeze()


def _is_program(module: pkgutil.ModuleInfo) -> bool:
    """Whether it does something by being imported, as the pages do: they are scripts."""
    is_page = module.name.startswith("pages.") and module.name.count(".") == 1 and not module.ispkg
    return is_page or module.name.endswith("__main__")


def _become(arguments: list[str], environ: dict[str, str], output: str, input: str = "") -> None:
    """Be the program, in the forked process."""
    said = os.open(output, os.O_WRONLY)
    os.dup2(os.open(input or os.devnull, os.O_RDONLY), 0)
    os.dup2(said, 1)
    if not input:
        os.dup2(said, 2)
    os.close(said)
    faulthandler.enable()
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main()
