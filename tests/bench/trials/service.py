"""What the stand-in for Kling knows and shows: every task really made, and the faults that befall what is told of it.

Times are seconds, those of tasks ms; waits are already scaled by whoever sets them.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
First = Literal["", "dropped", "made later", "never made", "busy", "error in 200", "429", "596"]
"""What befalls the first paid request of each order; every later one is answered as it should be."""
EMAIL = "trials@example.com"
KIND = "motion_control_imgs2video"
POINTS = 1e8


@dataclass
class Faults:
    """How the service errs. Nothing set: it does not."""

    first: First = ""
    later: float = 0.0
    """After so long a request that was cut off makes its task."""
    thinks: float = 0.0
    """How long a paid request takes to be answered; its task is made at the end of it."""
    shown_after: float = 0.0
    """A task whose answer was lost is in no list for so long."""
    known_after: float = 0.0
    """`GET /tasks/<id>` says 404 for so long after the task was made."""
    page: int = 100
    """No page of tasks is longer."""
    newer: int = 0
    """So many tasks of others follow at once on each of ours."""
    missing: str = ""
    """A field that tasks are shown without: inputs, type or taskInfo."""
    is_cdn_moved: bool = False
    is_prompt_respelt: bool = False
    jobs: Literal["none", "ours"] = "ours"
    """Whether the running jobs of ours are shown, with their `replyRef`, as the documentation says."""
    stranger: Literal["", "hidden", "shown"] = ""
    """A stranger orders the same while ours never arrives; shown: as a running job with another `replyRef`."""
    jitter: float = 0.0
    """The clock that dates the tasks is off by up to so much."""
    step_back: float = 0.0
    """The clock goes back by so much at the first paid request."""
    end: Literal["works", "no works", "never"] = "works"


@dataclass
class Made:
    """A task that exists, and is paid."""

    id: int
    body: Json
    created: int
    at: float
    shown_at: float
    seconds: float
    is_ours: bool = True

    @property
    def reference(self) -> str:
        return str(self.body.get("replyRef") or "")


@dataclass
class Service:
    """Thread-safe where it matters."""

    seed: int = 1
    seconds: float = 0.5
    """How long a task takes."""
    max_jobs: int = 5
    faults: Faults = field(default_factory=Faults)
    stranger_seconds: float = 20.0
    """How long the task of a stranger takes: longer than anybody looks for a lost request."""
    others_running: int = 0
    """Places that jobs of others take."""
    tasks: list[Made] = field(default_factory=list)
    coming: int = 0
    """Tasks that will still be made by requests that were cut off."""
    posting: threading.Event = field(default_factory=threading.Event)
    """A paid request has arrived."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self._ids = itertools.count(1_000_000)
        self._asked: Counter[str] = Counter()
        self._last = 0
        self._offset = 0.0
        self.make({"prompt": "from before"}, is_ours=False)

    # What was really made

    def paid(self) -> dict[str, list[int]]:
        """The tasks really made by order."""
        with self.lock:
            found: dict[str, list[int]] = {}
            for task in self.tasks:
                if task.is_ours:
                    found.setdefault(task.reference, []).append(task.id)
            return found

    def is_under_way(self, task_id: int | None) -> bool:
        with self.lock:
            return any(task.id == task_id and not self._is_final(task) for task in self.tasks)

    def make(self, body: Json, is_ours: bool = True, shown_after: float = 0.0) -> Made:
        with self.lock:
            now = time.monotonic()
            task = Made(
                next(self._ids), body, self._date(), now, now + shown_after, self.seconds if is_ours else 0.0, is_ours
            )
            self.tasks.append(task)
            return task

    def _date(self) -> int:
        """Now by the service's clock, ms, no two the same."""
        off = self.chance.uniform(-1, 1) * self.faults.jitter + self._offset
        taken = {task.created for task in self.tasks}
        created = int((time.time() + off) * 1000)
        while created in taken:
            created += 1
        return created

    # A paid request

    def befalls(self, body: Json) -> First:
        """What becomes of this paid request; tasks are made accordingly."""
        self.posting.set()
        time.sleep(self.faults.thinks)
        with self.lock:
            reference = str(body.get("replyRef") or "")
            self._asked[reference] += 1
            what: First = self.faults.first if self._asked[reference] == 1 else ""
            self._offset = -self.faults.step_back
            if what == "made later":
                self.coming += 1
                threading.Timer(self.faults.later, self._make_late, [body]).start()
            elif what == "never made":
                self._stranger_asks(body)
            elif what != "busy":
                self.make(body, shown_after=self.faults.shown_after if what else 0.0)
                for number in range(self.faults.newer):
                    self.make({"prompt": f"newer {number}"}, is_ours=False)
            return what

    def _make_late(self, body: Json) -> None:
        with self.lock:
            self.make(body)
            self.coming -= 1

    def _stranger_asks(self, body: Json) -> None:
        if self.faults.stranger:
            stranger = self.make({**body, "replyRef": f"stranger {len(self.tasks)}"}, is_ours=False)
            stranger.seconds = self.stranger_seconds

    # What is shown

    def page(self, size: int, before: int | None, after: int | None) -> list[Json]:
        with self.lock:
            now = time.monotonic()
            shown = [task for task in self.tasks if task.shown_at <= now]
            shown = [task for task in shown if (before is None or task.created < before)]
            shown = [task for task in shown if (after is None or task.created > after)]
            newest = sorted(shown, key=lambda task: -task.created)
            return [self.item(task) for task in newest[: min(size, self.faults.page)]]

    def task(self, task_id: int) -> Json | None:
        with self.lock:
            now = time.monotonic()
            for task in self.tasks:
                known = task.shown_at <= now and task.at + self.faults.known_after <= now
                if task.id == task_id and known:
                    eta = max(0, round((task.at + task.seconds - now) * 1000))
                    return {**self.item(task), "etaTime": eta, "queuingEtaTime": 0, "originEtaTime": eta}
            return None

    def item(self, task: Made) -> Json:
        is_final = self._is_final(task)
        status = {"status": 99 if is_final else 10, "status_name": "succeed" if is_final else "processing"}
        status |= {"status_final": is_final}
        has_works = is_final and (self.faults.end == "works" or not task.is_ours)
        record = {"id": task.id, "userId": 1, "type": KIND, "createTime": task.created, "updateTime": task.created}
        record |= {"taskInfo": self._info(task), **status}
        if self.faults.missing in ("type", "taskInfo") and task.is_ours:
            del record[self.faults.missing]
        works = [{"workId": task.id + 5_000_000, "taskId": task.id, "resource": _file(task, "mp4")}]
        return {"task": record, "works": works if has_works else [], "userPoints": {"total": POINTS}, **status}

    def _is_final(self, task: Made) -> bool:
        is_endless = self.faults.end == "never" and task.is_ours
        return not is_endless and time.monotonic() >= task.at + task.seconds

    def _info(self, task: Made) -> Json:
        body = task.body
        picture = str(body.get("image") or "https://cdn.example/nobody.jpg")
        prompt = str(body.get("prompt") or "")
        if self.faults.is_cdn_moved and task.is_ours:
            picture = f"https://p4.cdn.example/upic/2026/11/{task.id}.jpg"
        if self.faults.is_prompt_respelt and task.is_ours:
            prompt = " ".join(prompt.replace("'", "\u2019").replace("&", "&amp;").split())
        inputs = [
            {"name": "image_origin", "inputType": "URL", "url": picture},
            {"name": "motion_binary_1", "inputType": "URL", "url": "", "fromWorkId": body.get("workId")},
        ]
        told = {"prompt": prompt, "duration": body.get("duration") or "5", "model_mode": body.get("mode") or "std"}
        info = {"type": KIND, "inputs": inputs, "arguments": [{"name": n, "value": v} for n, v in told.items()]}
        if task.is_ours and self.faults.missing in ("inputs", "type"):
            del info[self.faults.missing]
        return info

    def capacity(self) -> Json:
        with self.lock:
            jobs = [_job(task) for task in self.tasks if self._is_job_shown(task) and not self._is_final(task)]
            jobs += [{"id": 7_000_000 + number, "email": EMAIL} for number in range(self.others_running)]
            slot = {"email": EMAIL, "maxJobs": self.max_jobs, "executing": len(jobs)}
            return {"executing": jobs, "available": [slot | {"available": max(0, self.max_jobs - len(jobs))}]}

    def _is_job_shown(self, task: Made) -> bool:
        if task.is_ours:
            return self.faults.jobs == "ours" and task.shown_at <= time.monotonic()
        return self.faults.stranger == "shown" and task.reference.startswith("stranger")


def _job(task: Made) -> Json:
    return {"id": task.id, "email": EMAIL, "replyRef": task.reference, "elapsed": "00:05"}


def _file(task: Made, kind: str) -> Json:
    return {"resource": f"https://cdn.example/{task.id}.{kind}", "height": 1280, "width": 720, "duration": 5000}
