"""The practice API with many tasks in it, of which about ten change every five seconds: `--port`, `--tasks`.

`--new` is how many tasks of others come every five seconds, `--places` how many may be made at once, `--seconds` how
long what is ordered takes.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import threading
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kling import KlingClient, MotionCreateRequest
from kling.sandbox import AccountSetup, Limits, create_app, serve
from kling.sandbox.state.models import Task
from tests.sandbox_server import jpeg

TOKEN = "user:1-bench"
EVERY = 5.0
SECONDS = 12.0
NEW = 4
"""Each new one comes, is worked on and ends: twelve changes a tick."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tasks", type=int, default=100)
    parser.add_argument("--new", type=int, default=NEW)
    parser.add_argument("--places", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    accounts = [AccountSetup("bench@example.com", max_jobs=options.places, credits=1e9)]
    app = create_app(token=TOKEN, accounts=accounts, limits=Limits(tasks=50_000), seconds=options.seconds)
    state, call_log, calls = app.state.api.state, app.state.call_log, [0]
    record = call_log.record

    def counting(*call: Any) -> Any:
        calls[0] += 1
        return record(*call)

    async def count(_: Request) -> JSONResponse:
        return JSONResponse(calls[0])

    async def made(_: Request) -> JSONResponse:
        """The references of all that was ever ordered, one for each task."""
        with state.lock:
            return JSONResponse([task.reply_ref for task in state.tasks.values() if task.reply_ref])

    call_log.record = counting
    app.router.routes += [Route("/bench/calls", count), Route("/bench/made", made)]
    with serve(app, "127.0.0.1", options.port) as origin:
        first = a_task(state, origin)
        fill(state, first, options.tasks)
        threading.Thread(target=keep_coming, args=(state, first, options.new), daemon=True).start()
        print(f"Upstream at {origin}", flush=True)
        threading.Event().wait()


def a_task(state: Any, origin: str) -> Task:
    """As the practice API makes them; the others are copies of it."""
    client = KlingClient(TOKEN, f"{origin}/v1/kling")
    picture = client.upload_asset(io.BytesIO(jpeg()), "image/jpeg").url or ""
    motion = client.list_motions()[0].work_id or 0
    client.create_motion_video(MotionCreateRequest(work_id=motion, image=picture, prompt="a woman dances on a beach"))
    found = next(iter(state.tasks.values()))
    assert isinstance(found, Task)
    return dataclasses.replace(found, seconds=SECONDS)


def fill(state: Any, first: Task, count: int) -> None:
    """Final ones of the last six days."""
    now = state.now_ms()
    apart = min(60_000, 6 * 86_400_000 // count)
    state.tasks.clear()
    for number in range(count):
        add(state, first, now - (count - number) * apart - 20_000)


def add(state: Any, first: Task, created: int) -> None:
    task = dataclasses.replace(first, id=state.new_id(), work_id=state.new_id(), created=created)
    with state.lock:
        state.tasks[task.id] = task


def keep_coming(state: Any, first: Task, count: int) -> None:
    while True:
        for _ in range(count):
            add(state, first, state.new_created())
        time.sleep(EVERY)


if __name__ == "__main__":
    main()
