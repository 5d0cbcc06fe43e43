"""An upstream in memory that counts, with a clock in hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kling.errors import KlingError, NotFound
from kling.feed import TaskFeed, TaskList
from kling.models.tasks import MOTION_VIDEO, Task, TaskPage

BORN = 1_800_000_000


def raw(number: int, state: str = "succeed", created: float | None = None, **more: Any) -> dict[str, Any]:
    """One item of GET /tasks; made at BORN + number seconds unless told otherwise, done 100 s later."""
    made = round((BORN + number if created is None else created) * 1000)
    is_final = state in ("succeed", "failed")
    link = f"https://cdn.invalid/{number}.mp4"
    return {
        "task": {
            "id": 2**53 + number,
            "type": MOTION_VIDEO,
            "taskInfo": {"arguments": [{"name": "prompt", "value": f"dance {number}"}], "inputs": []},
            "createTime": made,
            "updateTime": made + 100_000,
        },
        "works": [{"workId": number, "resource": {"resource": link}}] if state == "succeed" else [],
        "status_name": state,
        "status_final": is_final,
        **more,
    }


def number(task_id: int) -> int:
    return task_id - 2**53


class Kling:
    """An upstream in memory, newest first. `run()` does the looks that were started."""

    def __init__(self) -> None:
        self.now = BORN + 20_000.0
        self.items: dict[int, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.refusal: KlingError | None = None
        self.longest = 100
        self.unreadable = False
        self.started: list[Callable[[], None]] = []
        self.under_way = 0
        self.most_under_way = 0

    def put(self, *items: dict[str, Any]) -> None:
        self.items |= {number(item["task"]["id"]): item for item in items}

    def list_tasks(
        self,
        content_type: str | None = None,
        page_size: int | None = None,
        created_before: int | None = None,
        created_after: int | None = None,
    ) -> TaskPage:
        self._call("page" if created_before is None else "older")
        newest = sorted(self.items.values(), key=lambda item: -item["task"]["createTime"])
        older = [item for item in newest if created_before is None or item["task"]["createTime"] < created_before]
        told = ["nonsense"] * self.unreadable
        return TaskPage(map(Task.read, [*told, *older][: min(page_size or 50, self.longest)]))

    def get_task(self, task_id: int) -> Task:
        self._call(f"task {number(task_id)}")
        if number(task_id) not in self.items:
            raise NotFound(404, "Task not found")
        return Task.read({**self.items[number(task_id)], "etaTime": 40_000})

    def _call(self, what: str) -> None:
        self.calls.append(what)
        if self.refusal is not None:
            raise self.refusal

    def feed(self, seconds: float = 5.0) -> TaskFeed:
        return TaskFeed(lambda: self, seconds, clock=lambda: self.now, start=self.started.append)

    def run(self) -> None:
        while self.started:
            self.started.pop()()

    def look(self, feed: TaskFeed, seconds: float = 0.0) -> TaskList:
        """What a viewer knows after so many seconds, and the look that was due."""
        self.now += seconds
        feed.snapshot()
        self.run()
        value = feed.known().value
        assert value is not None
        return value


def numbers(tasks: TaskList) -> list[int]:
    return [number(summary.id or 0) for summary in tasks]
