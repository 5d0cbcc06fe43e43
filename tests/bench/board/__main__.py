"""What the Tasks page costs, beside a plain page that does the same: `python -m tests.bench.board`.

Everything on loopback, every server in a process of its own. `--seconds` shortens the watching, `--only` takes some
of the parts: watch, together, open, memory, history, full, browser, flat, told.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import io
import json
import time
from collections.abc import Callable

from kling import KlingClient, MotionCreateRequest
from kling.callbacks import callback_purpose, secret_of
from tests.bench import stage
from tests.bench.board.holding import measure_flatness, measure_full_database, measure_history, measure_memory
from tests.bench.board.rows import Row, quantile
from tests.bench.board.watching import measure_coming_back, measure_opening, measure_watching
from tests.bench.upstream import TOKEN
from tests.bench.viewers import Viewer
from tests.sandbox_server import jpeg

SOON = 0.7
"""How often the board of a dashboard looks that Kling calls, in seconds."""
TOLD = 7
PARTS = ("watch", "together", "open", "memory", "history", "full", "browser", "flat", "told")


def measure_being_told() -> list[Row]:
    """From a task's end upstream to its row on the screen, where Kling calls the dashboard and nobody asks."""

    async def until_shown(viewer: Viewer, task_id: int) -> None:
        while not is_ready(viewer.table, task_id):
            await asyncio.sleep(SOON)
            await viewer.tick()

    async def waits(server: stage.Server, kling: KlingClient, hook: str) -> list[float]:
        viewer = Viewer(server.url, "tasks")
        await viewer.open()
        order = functools.partial(MotionCreateRequest, work_id=kling.list_motions()[0].work_id or 0, reply_url=hook)
        picture = kling.upload_asset(io.BytesIO(jpeg()), "image/jpeg").url or ""
        found = []
        for _ in range(TOLD):
            task_id = kling.create_motion_video(order(image=picture)).id or 0
            watching = asyncio.create_task(until_shown(viewer, task_id))
            while not (await asyncio.to_thread(kling.get_task, task_id)).is_final:
                await asyncio.sleep(0.01)
            ended = time.perf_counter()
            await watching
            found.append(time.perf_counter() - ended)
        await viewer.close()
        return found

    port = stage.free_port()
    public = {"KLING_PUBLIC_URL": f"http://127.0.0.1:{port}", "KLING_REFRESH_SECONDS": "600"}
    hook = f"http://127.0.0.1:{port}/hooks/kling/{secret_of(TOKEN, callback_purpose(None))}"
    with stage.upstream() as api, stage.dashboard(api, port, **public) as server:
        found = asyncio.run(waits(server, KlingClient(TOKEN, f"{api.url}/v1/kling"), hook))
    figures = f"{quantile(found, 0.5):.2f} / {max(found):.2f}"
    return [Row("told by Kling: from its end to the screen, p50 / most, s", figures, "", "≤ 1")]


def is_ready(table: str, task_id: int) -> bool:
    rows = json.loads(json.loads(table)["rows"]) if table else []
    return any(row["id"] == str(task_id) and row["state"] == "Ready" for row in rows)


def measure_browser(seconds: float) -> list[Row]:
    from tests.bench.browser import dimmed_frames, milliseconds_to_draw

    with stage.upstream() as api, stage.dashboard(api) as ours, stage.plain("hello.py") as hello:
        rows, line = milliseconds_to_draw(f"{ours.url}/tasks", hello.url)
        dimmed, frames = dimmed_frames(f"{ours.url}/tasks", seconds)
    return [
        Row("Chromium: opening to the rows, ms", f"{rows:.0f} ({rows / line:.2f} ×)", f"{line:.0f} hello", "≤ 1.3 ×"),
        Row(f"frames dimmed outside the fragments in {seconds:.0f} s", f"{dimmed} of {frames}", "", "0"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each number of viewers watches")
    parser.add_argument("--dim-seconds", type=float, default=60.0)
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    parser.add_argument("--sign-in", action="store_true", help="everybody is signed in; without the browser's part")
    options = parser.parse_args()
    if options.sign_in:
        stage.sign_in.update(stage.SIGN_IN)
        options.only = [part for part in options.only if part != "browser"]
    parts: dict[str, Callable[[], list[Row]]] = {
        "watch": lambda: measure_watching(options.seconds),
        "together": lambda: measure_coming_back(options.seconds),
        "open": measure_opening,
        "memory": measure_memory,
        "history": measure_history,
        "full": lambda: measure_full_database(options.seconds),
        "browser": lambda: measure_browser(options.dim_seconds),
        "flat": measure_flatness,
        "told": measure_being_told,
    }
    print("| | ours | reference | reach |\n| --- | --- | --- | --- |", flush=True)
    for name in options.only:
        for row in parts[name]():
            print(row, flush=True)


if __name__ == "__main__":
    main()
