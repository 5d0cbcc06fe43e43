"""Orders that ended long ago, as they stand in the database: for what is slow to bring about."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from kling.errors import BadRequest
from kling.orders import Orders
from kling.orders.records import error_to_json
from kling.store.tables import orders as table

MODES = ("std", "std", "std", "pro")
MODELS = ("kling-v3-0", "kling-v3-0", "kling-v2-6")
REASONS = ("appears to violate the community guidelines", "The picture is too dark", "")


def task(number: int, step: str, reason: str = "") -> str:
    """What Kling said last of a task, about as long as it is."""
    state = "succeed" if step == "done" else "failed"
    info = {"inputs": [{"name": "image_origin", "url": f"https://cdn.example/{number}.jpg?sign={'s' * 300}"}] * 3}
    told = {"id": number, "type": "motion_control_imgs2video", "status_name": state, "status_final": True}
    works = [{"workId": number, "resource": {"resource": f"https://cdn/{number}.mp4?{'s' * 300}", "duration": 5000}}]
    return json.dumps({"task": {**told, "taskInfo": info}, "status_name": state, "message": reason,
                       "status_final": True, "works": works if step == "done" else []})  # fmt: skip


def rows(
    count: int, persons: Sequence[str], start: float, end: float, service: str, seed: int = 1
) -> Iterator[dict[str, Any]]:
    """So many orders of these persons between the two moments (seconds since the epoch)."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        placed = start + (end - start) * number / (count + 1)
        step = chance.choices(("done", "failed", "refused", "cancelled"), (90, 5, 3, 2))[0]
        kind, mode = chance.choice(("video", "reference")), chance.choice(MODES)
        body: dict[str, Any] = {"mode": mode, "prompt": "a dance at the sea " * 3, "imageUrl": "https://cdn/a.jpg"}
        if kind == "video":
            body |= {"workId": -100_000_000_000_000 - chance.randint(1, 14), "duration": "5"}
        else:
            motion = f"https://cdn.example/motion-{chance.randint(1, 9)}.mp4"
            body |= {"motionUrl": motion, "model_name": chance.choice(MODELS)}
        accepted = None if step in ("refused", "cancelled") else placed + chance.expovariate(1 / 40)
        ended = (accepted or placed) + chance.uniform(60, 400)
        cost = {"done": 20.0 if mode == "std" else 35.0, "failed": 0.0}.get(step)
        refused = error_to_json(BadRequest(400, "MOTION.PIC_NOT_MATCHED", "")) if step == "refused" else None
        yield {
            "service": service, "id": f"past-{number}", "person": chance.choice(persons), "kind": kind, "step": step,
            "title": "A video", "body": json.dumps(body), "placed_at": placed, "passed_at": placed,
            "accepted_at": accepted, "ended_at": ended, "task_id": None if accepted is None else 10**12 + number,
            "task": None if accepted is None else task(10**12 + number, step, chance.choice(REASONS)),
            "error": refused, "cost": cost, "cost_is_exact": chance.random() < 0.8, "price": 20.0,
        }  # fmt: skip


def add(orders: Orders, found: Iterator[dict[str, Any]]) -> None:
    """Write them down, where nothing carries them on."""
    with orders.store.engine.begin() as connection:
        connection.execute(sa.insert(table), list(found))
