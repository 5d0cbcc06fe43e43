"""The figures of a day: memory, threads and open files as time goes by, and what the log says."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.day.dashboard_process import DashboardProcess

EVERY = 1.0
TROUBLED = ("warning", "error", "critical")


@dataclass(frozen=True)
class Sample:
    """`at` and `age` of the process in seconds, `memory` in MB."""

    at: float
    age: float
    pid: int
    memory: float
    threads: int
    files: int


@dataclass
class Samples:
    """One a second, but for when no process runs."""

    dashboard: DashboardProcess
    began: float = field(default_factory=time.monotonic)
    taken: list[Sample] = field(default_factory=list)

    async def take(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                self.taken.append(self.now())
            except (OSError, AssertionError):
                continue

    def now(self) -> Sample:
        server, now = self.dashboard.server, time.monotonic()
        found = server.memory()
        if not found:
            raise ProcessLookupError
        return Sample(
            now - self.began,
            now - self.dashboard.began,
            server.pid,
            found,
            self.dashboard.threads(),
            self.dashboard.files(),
        )

    def before(self, at: float, seconds: float) -> list[Sample]:
        """Those of the seconds that end there, of the process that ran last in them."""
        found = [each for each in self.taken if at - seconds <= each.at <= at]
        return [each for each in found if each.pid == found[-1].pid]


def of_last_life(samples: Samples, seconds: float, window: float) -> list[list[Sample]]:
    """Of the process that ran last: when it was warm, at the end of the day of `seconds`, and when all had gone."""
    last = [each for each in samples.taken if each.pid == samples.taken[-1].pid]
    warm = last[0].at + seconds / 6
    return [samples.before(warm, window), samples.before(seconds, window), last[-10:]]


def memory_of(samples: list[Sample]) -> float:
    return statistics.median(each.memory for each in samples)


def fewest_threads(samples: list[Sample]) -> int:
    """Those that are there also when nothing is being done."""
    return min(each.threads for each in samples)


def fewest_files(samples: list[Sample]) -> int:
    return min(each.files for each in samples)


@dataclass(frozen=True)
class Log:
    """What was logged from warning on, by its level, logger and message without its numbers; and the tracebacks."""

    kinds: Counter[str]
    tracebacks: int


def read_log(path: Path) -> Log:
    kinds: Counter[str] = Counter()
    tracebacks = 0
    for line in path.read_text(errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            event = {}
        said = event if isinstance(event, dict) else {}
        tracebacks += "Traceback" in said.get("error", "" if said else line)
        if said.get("level") in TROUBLED:
            kinds[f"{said['level']} {said['logger']}: {template(said['message'])}"] += 1
    return Log(kinds, tracebacks)


def template(message: str) -> str:
    """A message without what is different each time."""
    short = re.sub(r"[0-9a-f]{8}-?[0-9a-f-]{4,}|\d+(\.\d+)?", "#", message.splitlines()[0] if message else "")
    return re.sub(r"'[^']*'|\"[^\"]*\"", "…", short)[:110]
