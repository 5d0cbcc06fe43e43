"""Which results there are to keep: those of our own orders, and where wanted those of every task that was seen."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Protocol

import sqlalchemy as sa

from kling.archive.repository import Repository
from kling.models import Task
from kling.models.lenient import without_signature
from kling.store.tables import orders, results

AT_MOST = 200
"""Results that are noted at a time."""
WITHIN = 8 * 86_400.0
"""Seconds that an order may have ended ago: the service knows its task for seven days."""

_IS_NOTED = sa.exists().where(
    results.c.service == orders.c.service, results.c.task_id == sa.cast(orders.c.task_id, sa.Text)
)
# Made once, as it is asked every few seconds: to make it costs as much as what it asks.
_MADE = (
    sa.select(orders)
    .where(
        orders.c.service == sa.bindparam("of_service"),
        orders.c.step == "done",
        orders.c.kind.in_(("video", "reference")),
        orders.c.task_id.is_not(None),
        orders.c.ended_at > sa.bindparam("since"),
        ~_IS_NOTED,
    )
    .limit(AT_MOST)
)


class Seen(Protocol):
    """What the shared list knows of a task."""

    @property
    def id(self) -> int | None: ...
    @property
    def state(self) -> str: ...
    @property
    def is_final(self) -> bool: ...
    @property
    def has_video(self) -> bool: ...
    @property
    def is_motion_upload(self) -> bool: ...
    def task(self) -> Task: ...


def note_orders(repository: Repository, now: float) -> int:
    """Note the videos that orders of ours have made and that nobody has noted yet; returns how many there were."""
    with repository.store.engine.connect() as connection:
        asked = {"of_service": repository.service, "since": now - WITHIN}
        found = connection.execute(_MADE, asked).mappings().all()
    return repository.add([_row_of_order(order, now) for order in found]) if found else 0


def note_tasks(repository: Repository, account: str, tasks: Iterable[Seen], now: float) -> int:
    """The same for tasks that were seen in the list, whoever ordered them."""
    wanted = {str(seen.id): seen for seen in tasks if _has_made_a_video(seen)}
    missing = wanted.keys() - repository.results(wanted).keys() if wanted else set()
    rows = [row_of_task(wanted[task_id].task(), now) | {"account": account} for task_id in sorted(missing)[:AT_MOST]]
    return repository.add(rows) if rows else 0


def _has_made_a_video(seen: Seen) -> bool:
    is_done = seen.id is not None and seen.is_final and seen.state == "succeed"
    return is_done and seen.has_video and not seen.is_motion_upload


def _row_of_order(order: Any, now: float) -> dict[str, Any]:
    body = json.loads(order["body"])
    row = row_of_task(Task.read(json.loads(order["task"] or "{}")), now)
    return row | {
        "task_id": str(order["task_id"]), "account": order["account"], "person": order["person"],
        "order_id": order["id"], "title": order["title"], "project": order["project"],
        "prompt": body.get("prompt") or row["prompt"], "model": body.get("model_name") or row["model"],
        "mode": body.get("mode") or row["mode"], "settings": order["body"],
        "finished_at": order["ended_at"] or now,
    }  # fmt: skip


def row_of_task(task: Task, now: float) -> dict[str, Any]:
    """A new row for a task, as far as the task says."""
    settings = {each.name: each.value for each in task.info.arguments if each.name}
    return {
        "task_id": str(task.id), "title": "", "prompt": task.prompt, "motion": task.motion_source,
        "picture_key": without_signature(task.picture_url or ""),
        "model": task.argument("model_name") or task.argument("kling_version") or "",
        "mode": task.argument("mode") or task.argument("model_mode") or "",
        "created_at": (task.created or now * 1000) / 1000, "finished_at": (task.updated or now * 1000) / 1000,
        "state": "waiting", "settings": json.dumps(settings, ensure_ascii=False, default=str), "task": task.to_json(),
    }  # fmt: skip
