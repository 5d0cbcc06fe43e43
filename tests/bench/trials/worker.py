"""Orders in a process of their own that does what it is told, a line of JSON each; a worker of `processes.py`.

Only the public face of orders is used. Every command is answered by a line; what happens unasked is one with "event".
"""

from __future__ import annotations

import dataclasses
import gc
import inspect
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import kling.orders
from kling import KlingClient, MotionCreateRequest
from kling.orders import Order, Orders, Pace, PictureFile, VideoOrder
from tests.bench.trials.service import EMAIL
from tests.media.samples import picture

TOKEN = "user:1-trials"
MOTION = -100_000_000_000_004
READ_SECONDS = 60.0


def scaled(scale: float) -> Pace:
    """Every wait that orders know, so much shorter."""
    waits = {each.name: each.default for each in dataclasses.fields(Pace)}
    return Pace(**{name: wait * scale for name, wait in waits.items() if isinstance(wait, float)})


class Client(KlingClient):
    """Can fall asleep where it matters most: nothing of the paid request has left."""

    sleeps = False

    def create_motion_video(self, *args: Any, **options: Any) -> Any:
        if Client.sleeps:
            Client.sleeps = False
            say(event="asleep before the paid request")
            os.kill(os.getpid(), signal.SIGSTOP)
        return super().create_motion_video(*args, **options)


class Commands:
    """What the bench may ask of a worker."""

    def __init__(self, folder: str, database: str, api: str, scale: float, offset: float = 0.0, **options: Any) -> None:
        client = Client(TOKEN, api, EMAIL, read_seconds=max(2.0, READ_SECONDS * scale))
        pace, self.folder = scaled(scale), Path(folder)
        self.orders = Orders(
            lambda _: client, self.folder, database, service=api, pace=pace, clock=lambda: time.time() + offset
        )
        Client.sleeps = bool(options.get("sleeps"))
        if options.get("lock_seconds"):
            wait_less_for_locks(options["lock_seconds"])
        if options.get("stale"):
            be_stale(options["stale"])

    def start(self) -> None:
        self.orders.start()

    def place(self, ids: list[str], files: bool = False) -> list[str]:
        image = PictureFile("person.jpg", picture(), "image/jpeg") if files else None
        return self.orders.place_videos([VideoOrder(each, each, _request(each), image) for each in ids])

    def look(self, ids: list[str]) -> dict[str, Any]:
        return {each: _told(order) for each in ids if (order := self.orders.get(each)) is not None}

    def send_again(self, order_id: str) -> bool:
        return self.orders.send_again(order_id)

    def stop(self) -> None:
        self.orders.stop()


def _request(order_id: str) -> MotionCreateRequest:
    prompt = f"{order_id}: a woman's turn  & a man's dance"
    return MotionCreateRequest(work_id=MOTION, image=f"https://cdn.example/ai/{order_id}.jpg", prompt=prompt)


def _told(order: Order) -> dict[str, Any]:
    return {
        "step": order.step,
        "is_ended": order.is_ended,
        "task": order.task.id if order.task else None,
        "is_timed": bool(order.not_before and order.not_before > time.time()),
        "says": bool(order.error or order.seen),
    }


def wait_less_for_locks(seconds: float) -> None:
    """SQLite's own patience is no `Pace`: set on each connection as it is taken."""

    def set_patience(connection: Any, *_: Any) -> None:
        if type(connection).__module__.startswith("sqlite3"):
            connection.execute(f"PRAGMA busy_timeout={round(seconds * 1000)}")

    sa.event.listen(sa.pool.Pool, "checkout", set_patience)


def be_stale(span: tuple[float, float]) -> None:
    """Whatever starts the work of an order takes so much longer, wherever it lives by now."""
    import random

    engines: list[Any] = [
        each
        for each in gc.get_objects()
        if inspect.isclass(each)
        and each.__name__ == "Engine"
        and each.__module__.startswith("kling")
        and "begin" in vars(each)
    ]
    assert engines, "no Engine.begin under kling: name what starts an order's work here"
    begin = engines[0].begin

    def begin_late(*args: Any, **options: Any) -> Any:
        time.sleep(random.uniform(*span))
        return begin(*args, **options)

    engines[0].begin = begin_late


def say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def main(options: str) -> None:
    commands = Commands(**json.loads(options))
    say(event="ready")
    for line in sys.stdin:
        asked = json.loads(line)
        name = asked.pop("do")
        try:
            say(answer=getattr(commands, name)(**asked))
        except Exception as error:  # the bench counts what the service shows; this is only told
            say(failed=f"{type(error).__name__}: {error}"[:300])
        if name == "stop":
            return


if __name__ == "__main__":
    assert kling.orders
    main(*sys.argv[1:])
