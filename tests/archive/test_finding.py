"""Which results are noted to be kept: of orders that are done, and of tasks made elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from kling import Task
from kling.archive import finding
from kling.feed import TaskSummary
from kling.store.tables import orders
from tests.archive.cdn import Service
from tests.archive.copier import Copier


def order_row(task: Task, **changes: Any) -> dict[str, Any]:
    return {
        "service": "kling", "id": "order-1", "kind": "video", "person": "ann@x.y", "title": "Wave", "account": "a@b.c",
        "body": json.dumps({"prompt": "as ordered", "mode": "pro"}), "step": "done", "placed_at": 1.0,
        "ended_at": 2.0, "task_id": task.id, "task": task.to_json(), "project": "spring",
    } | changes  # fmt: skip


def test_an_order_that_is_done_is_noted_once(copier: Copier, task: Task) -> None:
    with copier.archive.repository.store.engine.begin() as connection:
        connection.execute(
            sa.insert(orders),
            [
                order_row(task),
                order_row(task, id="2", task_id=5, step="failed"),
                order_row(task, id="3", task_id=6, kind="motion"),
            ],
        )
    assert [finding.note_orders(copier.archive.repository, 10.0) for _ in range(2)] == [1, 0]
    whole = copier.archive.whole(str(task.id))
    assert whole is not None
    assert whole.settings == {"prompt": "as ordered", "mode": "pro"}
    assert replace(whole.result, motion="", picture_key="") == replace(
        whole.result, person="ann@x.y", title="Wave", account="a@b.c", order_id="order-1", project="spring",
        mode="pro", prompt="as ordered", motion="", picture_key="",
    )  # fmt: skip


def test_tasks_made_elsewhere_are_noted_when_they_are_seen(copier: Copier, service: Service, task: Task) -> None:
    unfinished = service.client().get_task(service.task())
    seen = [TaskSummary.of(task), TaskSummary.of(unfinished)]
    assert finding.note_tasks(copier.archive.repository, "a@b.c", seen, copier.now) == 1
    assert finding.note_tasks(copier.archive.repository, "a@b.c", seen, copier.now) == 0
    assert copier.copy()
    assert copier.state(str(task.id)) == ("kept", "")
