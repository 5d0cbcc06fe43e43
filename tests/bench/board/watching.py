"""People who look, come back and open the page together."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import dataclass

from tests.bench import stage
from tests.bench.board.rows import Row, quantile
from tests.bench.viewers import leave, opened, watch, watch_as_told

VIEWERS = (1, 10, 50, 100)
EVERY = 5.0


@dataclass(frozen=True)
class Watched:
    """What so many viewers cost. Times in ms, `cpu` of one tick, `core` a share of one core."""

    calls: float
    cpu: float
    core: float
    p50: float
    p95: float


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
