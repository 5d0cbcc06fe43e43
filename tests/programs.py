"""Programs that a test speaks with: they say when they are ready, and end with their input."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

from tests.forking import forks

ROOT = Path(__file__).parents[1]


class Program:
    """`python -m` with what follows, as a process of its own."""

    output: IO[str]
    input: IO[str]

    def __init__(self, *command: str) -> None:
        self._process: subprocess.Popen[str] | None = None
        if (ready := forks()) is not None:
            self.pid, self.output, self.input = ready.start_reading([*command], dict(os.environ))
            self._ended = os.pidfd_open(self.pid)
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        assert self._process.stdin is not None
        self.pid, self.output, self.input = self._process.pid, self._process.stdout, self._process.stdin

    def kill(self) -> None:
        """At once, in the middle of whatever it does."""
        os.kill(self.pid, signal.SIGKILL)
        self.end(20)

    def end(self, seconds: float) -> str:
        """End its input, and wait so many seconds for its end at most; what it still said. A second time is nothing."""
        if self.output.closed:
            return ""
        self.input.close()
        self._wait(seconds)
        said = self.output.read()
        self.output.close()
        return said

    def _wait(self, seconds: float) -> None:
        if self._process is not None:
            self._process.wait(seconds)
            return
        assert select.select([self._ended], [], [], seconds)[0], "the program did not end"
        os.close(self._ended)
