"""What a dashboard uses of the machine while nothing is under way: `python -m tests.bench.idle [--seconds 60]`.

In practice mode, as the README starts it: with no page open, and with one on Tasks that ticks when it says so. In ms of
CPU a second.
"""

from __future__ import annotations

import argparse
import asyncio
import time

from tests.bench import stage
from tests.bench.viewers import Viewer, watch_as_told

SETTLING = 15.0


def used(server: stage.Server, seconds: float) -> float:
    cpu, began = server.cpu(), time.perf_counter()
    time.sleep(seconds)
    return 1000 * (server.cpu() - cpu) / (time.perf_counter() - began)


async def used_with_a_viewer(server: stage.Server, seconds: float) -> float:
    viewer = Viewer(server.url, "tasks")
    await viewer.open()
    await watch_as_told([viewer], 0.0, SETTLING)
    cpu, began = server.cpu(), time.perf_counter()
    await watch_as_told([viewer], 0.0, seconds)
    found = 1000 * (server.cpu() - cpu) / (time.perf_counter() - began)
    await viewer.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    seconds = parser.parse_args().seconds
    with stage.practice() as server:
        time.sleep(SETTLING)
        print(f"no page open: {used(server, seconds):.1f} ms a second", flush=True)
        print(f"one page open: {asyncio.run(used_with_a_viewer(server, seconds)):.1f} ms a second", flush=True)


if __name__ == "__main__":
    main()
