"""The processes of a trial: workers that can be paused and asked, and a PostgreSQL that can be stopped and started."""

from __future__ import annotations

import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.orders.worker_processes import POSTGRES_USER, _as_whom, _wait_for, postgres_programs
from tests.processes import ROOT, free_port

BEGINS = 180.0
"""Seconds that a process may take to begin: of several that begin at once, on a machine with other work."""


class SilentError(Exception):
    """A worker did not answer in time, or said that it could not."""


class Worker:
    """A dashboard's part in orders, as a process. `ask` is for one thread at a time."""

    def __init__(self, log: Path, **options: Any) -> None:
        self._log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.trials.worker", json.dumps(options)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.is_paused = False
        self._answers: queue.Queue[Any] = queue.Queue()
        self._events: queue.Queue[str] = queue.Queue()
        self._owed = 0
        threading.Thread(target=self._listen, daemon=True).start()
        self.event(BEGINS)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with suppress(ValueError):
            for line in self.process.stdout:
                said = json.loads(line)
                if "event" in said:
                    self._events.put(said["event"])
                else:
                    self._answers.put(said)

    def event(self, seconds: float) -> str:
        """The next thing that happens unasked."""
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            raise SilentError("nothing happened") from None

    def ask(self, do: str, seconds: float = 60.0, **what: Any) -> Any:
        """Have a command done; what it returns. An answer that came too late for its question is passed over."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps({"do": do, **what}) + "\n")
            self.process.stdin.flush()
            self._owed += 1
            while True:
                said = self._answers.get(timeout=seconds)
                self._owed -= 1
                if not self._owed:
                    break
        except (queue.Empty, OSError):
            raise SilentError(f"no answer to {do}") from None
        if "failed" in said:
            raise SilentError(said["failed"])
        return said["answer"]

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        self.is_paused = True

    def resume(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.is_paused = False

    @property
    def is_alive(self) -> bool:
        return not self.is_paused and self.process.poll() is None

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)
        for stream in (self.process.stdin, self.process.stdout, self._log):
            with suppress(OSError):
                stream.close()  # type: ignore[union-attr]


class Cluster:
    """A PostgreSQL of its own on a private port and folder, which can be away for a while."""

    def __init__(self, folder: Path) -> None:
        programs = postgres_programs()
        assert programs is not None, "PostgreSQL is not installed: tests/run gets it"
        self.programs, self.folder, self.port = programs, folder, free_port()
        self._quiet: dict[str, Any] = {
            "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "user": _as_whom(folder), "cwd": folder,
        }  # fmt: skip
        init = ["-D", f"{folder}/data", "-U", POSTGRES_USER, "--auth=trust", "--no-sync", "-E", "UTF8"]
        subprocess.run([f"{programs}/initdb", *init], check=True, **self._quiet)
        self.start()

    def start(self) -> None:
        options = ["-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        self.process = subprocess.Popen(
            [f"{self.programs}/postgres", "-D", f"{self.folder}/data", *options], **self._quiet
        )
        _wait_for(self.programs, self.port, self.process)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # its fast way to stop
        self.process.wait(30)

    @property
    def url(self) -> str:
        return f"postgresql://{POSTGRES_USER}@127.0.0.1:{self.port}/postgres"


@contextmanager
def cluster() -> Iterator[Cluster]:
    with tempfile.TemporaryDirectory(prefix="kling-postgres-") as folder:
        server = Cluster(Path(folder))
        try:
            yield server
        finally:
            server.stop()
