"""Run a function in a child process with limits, so that no file a stranger sent can stop the dashboard.

Children are warm: each takes one job after another, and one that crashes, hangs or uses up its share is replaced. What
a child answers is read as JSON: whoever took it over by a broken file could say something false, but run nothing here.
On a system without `resource` (Windows) only the limit on time holds.
"""

from __future__ import annotations

import atexit
import base64
import json
import logging
import math
import os
import pickle
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from kling.errors import InvalidInput
from kling.media import confinement

resource: ModuleType | None
try:
    import resource
except ImportError:
    resource = None

MAX_CHILDREN = 2
"""Jobs at work at a time: as many as a small machine has cores."""
MEMORY = 3 << 30
"""Bytes of address space of a child; a clip of 100 MB in 4K needs a good part of it."""
CPU_SECONDS = 20.0
WALL_CLOCK_FACTOR = 3
"""A machine under load gives a child its CPU time late: so many times as long it may take by the clock."""
ROOT = Path(__file__).parents[2]
log = logging.getLogger(__name__)

Report = Callable[[float], None]


def run(
    function: Callable[..., Any], *args: Any, cpu_seconds: float = CPU_SECONDS, report: Report | None = None
) -> Any:
    """What `function(*args)` returns, run in a child: None, numbers, text, bytes, and lists and dicts of these.

    The function is one that a module defines. With `report`, it also gets a callable as its last argument, and what
    that is called with arrives there. `InvalidInput` that it raises is raised here; running out of time or memory, or
    a crash, is one as well.
    """
    with _children.one() as child:
        return child.run(function, args, cpu_seconds, report)


@dataclass
class Child:
    """A process that does one job after another."""

    process: subprocess.Popen[bytes]
    folder: Path
    """Where it may leave things while it does a job."""

    @classmethod
    def start(cls) -> Child:
        folder = confinement.new_folder()
        return cls(
            subprocess.Popen(
                [sys.executable, "-m", "kling.media.child_process", str(folder)],
                cwd=ROOT,
                env=confinement.environment(folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ),
            folder,
        )

    def run(
        self, function: Callable[..., Any], args: tuple[Any, ...], cpu_seconds: float, report: Report | None
    ) -> Any:
        assert self.process.stdin is not None
        clock = threading.Timer(cpu_seconds * WALL_CLOCK_FACTOR, self.process.kill)
        clock.daemon = True
        clock.start()
        try:
            pickle.dump((function, args, cpu_seconds, report is not None), self.process.stdin)
            self.process.stdin.flush()
            return self._reply(report)
        except (OSError, ValueError):
            self.end()
            log.warning("a file could not be looked at: its process ended with %s", self.process.returncode)
            raise InvalidInput(
                "This file cannot be read: it takes too much time or memory. Choose another, or save it again.", "file"
            ) from None
        finally:
            clock.cancel()
            confinement.empty(self.folder)

    def _reply(self, report: Report | None) -> Any:
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline()
            message = json.loads(line, object_hook=_decode_bytes)
            if not isinstance(message, dict):
                raise ValueError("this is no answer of ours")
            if "share" in message and report is not None:
                report(float(message["share"]))
            elif "refused" in message:
                raise InvalidInput(str(message["refused"]), message["field"])
            elif "fault" in message:
                log.warning("a file could not be looked at: %s", message["fault"])
                raise InvalidInput("This file cannot be read. Choose another, or save it again.", "file")
            elif "result" in message:
                return message["result"]

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it was still to be sent goes nowhere
                    pipe.close()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Children:
    """Those at work and those that wait for it. Thread-safe."""

    idle: list[Child] = field(default_factory=list)
    slots: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MAX_CHILDREN))
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one(self) -> Iterator[Child]:
        with self.slots:
            with self.lock:
                child = self.idle.pop() if self.idle else None
            if child is not None and child.process.poll() is not None:
                child.end()
                child = None
            child = child or Child.start()
            try:
                yield child
            finally:
                if child.process.poll() is None:
                    with self.lock:
                        self.idle.append(child)

    def end(self) -> None:
        with self.lock:
            while self.idle:
                self.idle.pop().end()


_children = Children()
atexit.register(_children.end)


def _decode_bytes(message: dict[str, Any]) -> Any:
    return base64.b64decode(message["bytes"]) if message.keys() == {"bytes"} else message


def main() -> None:
    """A child: jobs come in, replies go out, until whoever started it is gone."""
    folder = Path(sys.argv[1])
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints does not get between the replies
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    confinement.leave_network()
    while True:
        try:
            job = pickle.load(sys.stdin.buffer)
        except EOFError:
            shutil.rmtree(folder, ignore_errors=True)
            return
        _send(replies, _run_job(replies, *job))


def _run_job(
    replies: BinaryIO, function: Callable[..., Any], args: tuple[Any, ...], cpu_seconds: float, reports: bool
) -> dict[str, Any]:
    _limit_cpu(cpu_seconds)
    if reports:
        args = (*args, lambda share: _send(replies, {"share": share}))
    try:
        return {"result": function(*args)}
    except InvalidInput as error:
        return {"refused": str(error), "field": error.field}
    except Exception as error:  # whatever a library makes of a strange file; the words of it may hold parts of that
        return {"fault": f"{type(error).__name__} in {function.__module__}.{function.__name__}"}


def _limit_cpu(seconds: float) -> None:
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = math.ceil(used.ru_utime + used.ru_stime + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))


def _send(replies: BinaryIO, message: dict[str, Any]) -> None:
    replies.write(json.dumps(message, default=lambda data: {"bytes": base64.b64encode(data).decode()}).encode() + b"\n")
    replies.flush()


if __name__ == "__main__":
    main()
