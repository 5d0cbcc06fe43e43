"""A Kling in memory that fails on command, a clock in hand, and orders before both."""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from kling import Account, Asset, Capacity, MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest, Task
from kling.errors import KlingError, NotFound, ServerError, UnexpectedAnswer, Unreachable
from kling.models import TaskPage
from kling.orders import Orders, Pace, PictureFile
from tests.ready_database import put_ready_database

START = 1_800_000_000.0
PICTURE = PictureFile("person.jpg", b"jpeg bytes", "image/jpeg")
QUICK = Pace(
    settling=0.15,
    settling_silence=0.15,
    post_alive=0.15,
    looks=0.02,
    account_looks=0.05,
    follow=0.05,
    follow_first=0.01,
    missing=0.2,
    beat=0.1,
    dead=0.5,
    capacity=0.05,
    storage=0.05,
    stop=5.0,
)

LOST = [
    Unreachable("no answer"),
    ServerError(502, "bad gateway"),
    ServerError(503, "down"),
    ServerError(504, "slow"),
    ServerError(500, "SYS.Unknown"),
    UnexpectedAnswer("half an answer"),
]
"""Answers after which nobody knows whether Kling has made it."""


def request(prompt: str = "", **more: Any) -> MotionCreateRequest:
    return MotionCreateRequest(work_id=-1, image="https://cdn/pending.jpg", prompt=prompt, **more)


class Kling:
    """Makes tasks and remembers what it was asked. Thread-safe as far as the tests need."""

    def __init__(self) -> None:
        self.account: str | None = "a@example.com"
        self.calls: list[tuple[str, Any]] = []
        self.made: list[dict[str, Any]] = []
        self.references: dict[int, str | None] = {}
        self.before: dict[str, deque[KlingError]] = defaultdict(deque)
        """Errors by call that come before anything is done."""
        self.after: dict[str, deque[KlingError]] = defaultdict(deque)
        """Errors by call that come once it is done: the answer is lost."""
        self.gates: dict[str, threading.Event] = {}
        self.entered = threading.Event()
        self.max_jobs = 5
        self.ends = True
        """Whether tasks end as soon as they are looked at."""
        self.ends_at_once = False
        """Whether tasks are over before anybody looks, so that no job tells whose they were."""
        self.fails = False
        self.tells_points = True
        """Whether an answer tells what is left."""
        self.credits = 100.0
        self.running = self.most_running = 0
        self.shows_references = True
        self.take_hook: Callable[..., None] | None = None
        """Called while a paid request is under way."""
        self.lock = threading.RLock()

    def _take(self, name: str, what: Any) -> None:
        with self.lock:
            self.calls.append((name, what))
        self.entered.set()
        if name in self.gates:
            assert self.gates[name].wait(10)
        with suppress(IndexError):  # a test may clear them at any moment
            raise self.before[name].popleft()

    def _lose(self, name: str) -> None:
        if self.after[name]:
            raise self.after[name].popleft()

    def names(self) -> list[str]:
        with self.lock:
            return [name for name, _ in self.calls]

    def sent(self, name: str = "create") -> list[Any]:
        with self.lock:
            return [what for call, what in self.calls if call == name]

    def upload_asset(
        self, file: BinaryIO, content_type: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Asset:
        data = file.read()
        if on_progress:
            on_progress(len(data), len(data))
        self._take("asset", (data, content_type))
        self._lose("asset")
        kind = "mp4" if "video" in content_type else "jpg"
        return Asset.read({"url": f"https://cdn/{len(self.calls)}.{kind}", "resourceUrl": "https://cdn/v.mp4"})

    def create_motion_video(self, request: MotionCreateRequest | ReferenceMotionRequest) -> Task:
        assert isinstance(request, MotionCreateRequest)
        self._take("create", request.to_wire())
        if self.take_hook is not None:
            self.take_hook()
        inputs: list[dict[str, Any]] = [
            {"name": "image_origin", "url": request.image},
            {"name": "motion_binary_1", "fromWorkId": request.work_id},
        ]
        arguments = {"prompt": request.prompt or "", "duration": request.duration or "5"}
        return self._make("create", "motion_control_imgs2video", inputs, arguments, request.reply_ref)

    def upload_motion(self, request: MotionUploadRequest) -> Task:
        self._take("motion", request.to_wire())
        inputs: list[dict[str, Any]] = [{"name": "input", "url": request.resource_url, "cover": request.cover_url}]
        return self._make("motion", "motion_control_motion_process", inputs, {}, request.reply_ref)

    def _make(
        self, call: str, kind: str, inputs: list[dict[str, Any]], arguments: dict[str, str], reference: str | None
    ) -> Task:
        with self.lock:
            number = len(self.made) + 1
            info = {"inputs": inputs, "arguments": [{"name": n, "value": v} for n, v in arguments.items()]}
            self.made.append({"id": number, "type": kind, "createTime": number * 1000, "taskInfo": info})
            self.made[-1] |= {"is over": True} if self.ends_at_once else {}
            self.references[number] = reference
            self.credits -= 20
            self.running += not self.ends_at_once
            self.most_running = max(self.most_running, self.running)
            self._lose(call)
            return self._shown(self.made[-1])

    def _shown(self, task: dict[str, Any], is_final: bool = False) -> Task:
        name = ("failed" if self.fails else "succeed") if is_final else "submitted"
        told = {"task": {**task, "status_final": is_final, "status_name": name}, "status_final": is_final}
        return Task.read({**told, "status_name": name, "userPoints": self._points()})

    def _points(self) -> dict[str, Any]:
        """As documented where it tells nothing: no points, and a total of 0."""
        return {"total": self.credits * 100} if self.tells_points else {"points": [], "total": 0}

    def get_task(self, task_id: int) -> Task:
        self._take("task", task_id)
        with self.lock:
            known = next((task for task in self.made if task["id"] == task_id), None)
            if known is None:
                raise NotFound(404, "no such task")
            if self.ends and not known.get("is over"):
                known["is over"] = True
                self.running -= 1
                self.credits += 20 if self.fails else 0
            return self._shown(known, self.ends)

    def list_tasks(
        self,
        content_type: str | None = None,
        page_size: int | None = None,
        created_before: int | None = None,
        created_after: int | None = None,
    ) -> TaskPage:
        self._take("tasks", created_before)
        with self.lock:
            tasks = [task for task in reversed(self.made) if task["createTime"] < (created_before or 1e15)]
            return TaskPage(self._shown(task, bool(task.get("is over"))) for task in tasks[: page_size or 50])

    def get_capacity(self) -> Capacity:
        self._take("capacity", None)
        with self.lock:
            jobs = [
                {"id": task["id"], "email": self.account, "replyRef": self.references[task["id"]]}
                for task in self.made
                if self.shows_references and not task.get("is over")
            ]
        return Capacity.read({"executing": jobs, "available": [{"email": self.account, "maxJobs": self.max_jobs}]})

    def get_account(self, email: str) -> Account:
        self._take("account", email)
        return Account.read({"email": email, "balance": {"total": self.credits * 100}})

    def delete_reference_motion(self, url: str) -> None:
        self._take("delete motion", url)

    def delete_pictures(self, urls: Iterable[str]) -> int:
        self._take("delete pictures", *urls)
        return len(list(urls))

    def delete_task(self, task_id: int) -> None:
        self._take("delete", task_id)


@contextmanager
def orders_of(kling: Kling, folder: Path, **options: Any) -> Iterator[Orders]:
    """Orders on SQLite in `folder`, stopped at the end: the same folder again is the process started anew."""
    url = f"sqlite:///{folder}/orders.sqlite"
    put_ready_database(folder)
    orders = Orders(lambda _: kling, folder, url, **{"service": "test", "pace": QUICK, **options})
    orders.start()
    try:
        yield orders
    finally:
        for gate in kling.gates.values():
            gate.set()
        orders.stop()


def everything_in(folder: Path) -> str:
    """All that was written, as text."""
    return json.dumps([path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()])


def when(orders: Orders, order_id: str, is_so: Callable[[str], bool]) -> None:
    """Wait until the step of an order is as wanted."""
    orders._wait(order_id, lambda order: is_so(order.step), 10)
