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
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kling import KlingClient, MotionCreateRequest
from kling.callbacks import callback_purpose, secret_of
from tests.bench import full_database, stage
from tests.bench.upstream import TOKEN
from tests.bench.viewers import Viewer, leave, opened, watch, watch_as_told
from tests.sandbox_server import jpeg

VIEWERS = (1, 10, 50, 100)
EVERY = 5.0
SOON = 0.7
"""How often the board of a dashboard looks that Kling calls, in seconds."""
TOLD = 7
PARTS = ("watch", "together", "open", "memory", "history", "full", "browser", "flat", "told")
PAGES = ("create", "upload", "motions", "tasks", "results", "spending", "people", "account")
RUNS = 30


@dataclass(frozen=True)
class Row:
    what: str
    ours: str
    theirs: str = ""
    reach: str = ""

    def __str__(self) -> str:
        return f"| {self.what} | {self.ours} | {self.theirs} | {self.reach} |"


@dataclass(frozen=True)
class Watched:
    """What so many viewers cost. Times in ms, `cpu` of one tick, `core` a share of one core."""

    calls: float
    cpu: float
    core: float
    p50: float
    p95: float


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def spread(values: list[float]) -> str:
    return f"{quantile(values, 0.5):.0f} / {quantile(values, 0.95):.0f}"


async def watched(server: stage.Server, page: str, api: stage.Server, count: int, seconds: float) -> Watched:
    viewers, _ = await opened(server.url, page, count, count / 25)
    await watch(viewers, EVERY, EVERY)
    calls, cpu, began = api.calls(), server.cpu(), time.perf_counter()
    await watch(viewers, seconds, EVERY)
    passed, used = time.perf_counter() - began, server.cpu() - cpu
    runs = [1000 * run for viewer in viewers for run in viewer.runs]
    assert not any(viewer.errors for viewer in viewers), viewers[0].errors
    found = Watched(
        (api.calls() - calls) * 60 / passed,
        1000 * used / len(runs),
        used / passed,
        quantile(runs, 0.5),
        quantile(runs, 0.95),
    )
    await leave(viewers)
    return found


def measure_watching(seconds: float) -> list[Row]:
    """Ticks every five seconds of 100 tasks, of which twelve change."""
    rows: list[Row] = []
    with stage.upstream() as api, stage.dashboard(api) as ours, stage.plain("reference.py", api) as theirs:
        for count in VIEWERS:
            one = asyncio.run(watched(ours, "tasks", api, count, seconds))
            other = asyncio.run(watched(theirs, "", api, count, seconds))
            rows += [
                Row(f"{count} viewers: upstream calls a minute", f"{one.calls:.1f}", f"{other.calls:.0f}", "≤ 13"),
                Row(f"{count} viewers: server CPU of one tick, ms", f"{one.cpu:.1f}", f"{other.cpu:.1f}", "≤ 12, 1/8"),
                Row(f"{count} viewers: tick p50 / p95, ms", f"{one.p50:.0f} / {one.p95:.0f}",
                    f"{other.p50:.0f} / {other.p95:.0f}", "≤ 25 / 60 with 100"),
                Row(f"{count} viewers: of one core", f"{one.core:.0%}", f"{other.core:.0%}", "≤ 25 % with 100"),
            ]  # fmt: skip
    return rows


def measure_coming_back(seconds: float) -> list[Row]:
    """A hundred browsers that come back in the same moment, as after a restart, and tick when their pages say so."""

    async def ticked(server: stage.Server) -> list[float]:
        viewers, _ = await opened(server.url, "tasks", 100, 0.0)
        await watch_as_told(viewers, 3 * EVERY, seconds)
        runs = [1000 * run for viewer in viewers for run in viewer.runs]
        await leave(viewers)
        return runs

    with stage.upstream() as api, stage.dashboard(api) as server:
        runs = asyncio.run(ticked(server))
    figures = f"{quantile(runs, 0.5):.0f} / {quantile(runs, 0.95):.0f}"
    return [Row("100 viewers who came back together: tick p50 / p95, ms", figures, "", "≤ 30 / 80")]


def measure_opening() -> list[Row]:
    """Fifty people within a second."""

    def waits(server: stage.Server, page: str) -> list[float]:
        async def come() -> list[float]:
            first, _ = await opened(server.url, page, 1, 0)
            viewers, waited = await opened(server.url, page, 50, 1.0)
            await leave([*first, *viewers])
            return [1000 * each for each in waited]

        return asyncio.run(come())

    with stage.upstream() as api, stage.dashboard(api) as ours, stage.plain("reference.py", api) as theirs:
        rounds = [(waits(ours, "tasks"), waits(theirs, "")) for _ in range(3)]
    one, other = (statistics.median(quantile(each[side], 0.95) for each in rounds) for side in (0, 1))
    return [Row("50 open within a second: first run p95, ms", f"{one:.0f}", f"{other:.0f}", "≤ 300")]


def measure_memory() -> list[Row]:
    """A hundred viewers who have looked for a while, beside none."""

    async def grown(server: stage.Server, page: str) -> float:
        few, _ = await opened(server.url, page, 10, 1.0)
        await watch(few, EVERY, EVERY)
        before = server.memory()
        viewers, _ = await opened(server.url, page, 100, 5.0)
        await watch(viewers, 2 * EVERY, EVERY)
        after = server.memory()
        await leave([*few, *viewers])
        return (after - before) / 100

    with stage.upstream() as api, stage.dashboard(api) as ours, stage.plain("reference.py", api) as theirs:
        one, other = asyncio.run(grown(ours, "tasks")), asyncio.run(grown(theirs, ""))
    return [Row("memory a viewer, MB", f"{one:.2f}", f"{other:.2f}", "≤ 0.3")]


def measure_history() -> list[Row]:
    """The page's run with all of 10,000 tasks held, beside 100."""

    async def run_of(server: stage.Server) -> float:
        viewer = Viewer(server.url, "tasks")
        await viewer.open()
        await asyncio.sleep(1)
        runs = [await viewer.rerun() for _ in range(60)]
        await viewer.close()
        return 1000 * statistics.median(runs)

    async def reach_back(server: stage.Server, api: stage.Server) -> None:
        """A search that finds nothing makes the feed fetch page after page."""
        viewer = Viewer(server.url, "tasks", "words=nothing")
        await viewer.open()
        began = calls = api.calls()
        quiet = 0
        while quiet < 8:
            await asyncio.sleep(0.5)
            await viewer.rerun()
            quiet, calls = (0, api.calls()) if api.calls() > calls else (quiet + 1, calls)
        await viewer.close()
        assert calls - began >= 95, "the history was not fetched"

    with stage.upstream(100) as api, stage.dashboard(api) as server:
        few = asyncio.run(run_of(server))
    with stage.upstream(10_000) as api, stage.dashboard(api) as server:
        asyncio.run(reach_back(server, api))
        many = asyncio.run(run_of(server))
    share = f"{many:.1f} ({many / few:.2f} ×)"
    return [Row("page run with 10,000 tasks held, ms", share, f"{few:.1f} with 100", "≤ 1.5 ×")]


def measure_full_database(seconds: float) -> list[Row]:
    """Every page with 100 people and 20,000 orders in the database, beside an empty one; and the board under load."""

    async def runs_of(server: stage.Server, page: str) -> list[float]:
        viewer = Viewer(server.url, "" if page == "create" else page)
        await viewer.open()
        await asyncio.sleep(1)
        runs = [1000 * await viewer.rerun() for _ in range(RUNS)]
        await viewer.close()
        assert not viewer.errors, viewer.errors
        return runs

    with stage.upstream() as api, tempfile.TemporaryDirectory(prefix="kling-bench-") as folder:
        full_database.fill(Path(folder), f"{api.url}/v1/kling")
        filled, settings = {"KLING_DATA_DIR": folder, **full_database.SETTINGS}, full_database.SETTINGS
        with stage.dashboard(api, None, **filled) as ours, stage.dashboard(api, None, **settings) as empty:
            both = {page: [asyncio.run(runs_of(server, page)) for server in (ours, empty)] for page in PAGES}
        with stage.dashboard(api, None, **filled) as ours:
            board = asyncio.run(watched(ours, "tasks", api, 100, seconds))
    rows = [
        Row(f"20,000 orders of 100 people: {page}, p50 / p95, ms", spread(many), f"{spread(few)} empty", "≤ 25 / 60")
        for page, (many, few) in both.items()
    ]
    figures = f"{board.cpu:.1f} · {board.p50:.0f} / {board.p95:.0f}"
    return [*rows, Row("the same, 100 viewers of Tasks: CPU of a tick · p50 / p95, ms", figures, "", "≤ 12 · 25 / 60")]


def measure_flatness() -> list[Row]:
    """Memory over 10,000 ticks, a fifth of which draw everything again."""

    async def ticked(server: stage.Server) -> list[float]:
        viewers, _ = await opened(server.url, "tasks", 10, 1.0)
        marks: list[float] = []
        for number in range(1000):
            await asyncio.gather(*(v.rerun(min(v.fragments)) if number % 5 == 0 else v.tick() for v in viewers))
            if number + 1 in (200, 400, 600, 800, 1000):
                marks.append(server.memory())
        await leave(viewers)
        return marks

    with stage.upstream() as api, stage.dashboard(api) as server:
        marks = asyncio.run(ticked(server))
    return [Row("memory after 2,000, 4,000 … 10,000 ticks, MB", ", ".join(f"{each:.1f}" for each in marks), "", "flat")]


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
