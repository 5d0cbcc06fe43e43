"""What much of everything costs: viewers, tasks, orders, ticks."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
from pathlib import Path

from tests.bench import full_database, stage
from tests.bench.board.rows import Row, spread
from tests.bench.board.watching import EVERY, watched
from tests.bench.viewers import Viewer, leave, opened, watch

PAGES = ("create", "upload", "motions", "tasks", "results", "spending", "people", "account")
RUNS = 30


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
