"""What orders survive and how fast they go: `python -m tests.bench.orders [kills] [faults] [speed] [postgres]`.

Everything on loopback, the practice API in a process of its own. Without words all four, which takes about ten minutes.
What orders once failed is repeated by `--trials`, or `--trial NAME`; with `--seed`, `--seeds` and `--real-time`.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kling.orders import Orders, Pace, PictureFile
from tests.bench.trials import table
from tests.media.samples import picture
from tests.orders.worker_process import TOKEN, orders_of, video
from tests.orders.worker_processes import Worker, lever, postgres, practice_api, prompts_at, tasks_at
from tests.processes import dashboard

KILLS, KILLED_ORDERS = 30, 50
FAST_ORDERS, FAST_SECONDS, PLACES = 100, 0.5, 5
SHARED_ORDERS = 40
PICTURE = PictureFile("person.jpg", picture(), "image/jpeg")
QUICK = Pace(settling=3.0, settling_silence=6.0, silence=1.5, looks=0.5, beat=1.0, dead=5.0)
CALLS = {
    "upload": ("POST", "/assets"),
    "newest task": ("GET", "/tasks"),
    "balance": ("GET", "/accounts"),
    "places": ("GET", "/scheduler"),
    "paid request": ("POST", "motion-create"),
}
FAULTS: dict[str, dict[str, Any]] = {
    "dropped before": {"kind": "drop", "when": "before"},
    "dropped after": {"kind": "drop", "when": "after"},
    "429": {"kind": "busy", "seconds": 1.0},
    "500": {"kind": "error"},
    "502 with HTML": {"kind": "html"},
    "503": {"kind": "down"},
    "596": {"kind": "broken"},
    "silence": {"kind": "slow", "seconds": 3.0},
}


def row(what: str, result: str, target: str, is_met: bool) -> None:
    print(f"{what:<76}{result:>16}   {target:<22}{'met' if is_met else 'MISSED'}", flush=True)


def report(what: str, ids: list[str], steps: Mapping[str, int], api: str) -> None:
    """How many are lost and how many were made more than once."""
    made = Counter(prompts_at(api))
    double = sum(count - 1 for count in made.values())
    asks = steps.get("unknown", 0)
    lost = max(0, sum(made[each] == 0 for each in ids) - asks)
    unended = len(ids) - steps.get("done", 0) - asks
    told = f"{lost} / {double} / {unended} / {asks}"
    row(f"{what}: lost / double / not ended / asks", told, "0 / 0 / 0 / -", not lost + double + unended)


@contextmanager
def running(orders: Orders) -> Iterator[Orders]:
    orders.start()
    try:
        yield orders
    finally:
        orders.stop()


def steps_of(orders: Orders, ids: list[str], seconds: float = 300.0) -> Mapping[str, int]:
    until = time.monotonic() + seconds
    return Counter(str(orders.ended(each, max(0.1, until - time.monotonic())).step) for each in ids)


def measure_kills(folder: Path) -> None:
    """The dashboard itself, killed at random moments from its start on."""
    chance = random.Random(6)
    ids = [f"killed-{number}" for number in range(KILLED_ORDERS)]
    database = f"sqlite:///{folder}/orders.sqlite"
    with practice_api(2.0) as api:
        with running(orders_of(folder / "orders", database, api)) as orders:
            orders.place_videos([video(each, PICTURE) for each in ids])
        settings = {"KLING_API_TOKEN": TOKEN, "KLING_API_URL": f"{api}/v1/kling"}
        began = time.monotonic()
        for _ in range(KILLS):
            with dashboard(folder, **settings) as server:
                time.sleep(chance.uniform(0.0, 4.0))
                os.kill(server.pid, signal.SIGKILL)
        survived = time.monotonic() - began
        with dashboard(folder, **settings):
            steps = ended_in_book(orders_of(folder / "orders", database, api), ids, 240.0)
        report(f"{KILLED_ORDERS} orders, {KILLS} kills in {survived:.0f} s", ids, steps, api)


def ended_in_book(reader: Orders, ids: list[str], seconds: float) -> Counter[str]:
    """The steps by the book alone, while other processes work."""
    book, until = reader._context.repository, time.monotonic() + seconds
    while book.not_ended(ids) and time.monotonic() < until:
        time.sleep(0.02)
    steps = {each["id"]: each["step"] for each in book.find()}
    return Counter(steps[each] for each in ids)


def measure_faults(folder: Path) -> None:
    """Every fault on every call of an order, one order each. Silence is 3 s to a client that waits 2."""
    ids = []
    with (
        practice_api(0.3) as api,
        running(orders_of(folder, f"sqlite:///{folder}/orders.sqlite", api, QUICK, 2.0)) as orders,
    ):
        for call, (method, path) in CALLS.items():
            for fault, trouble in FAULTS.items():
                each = f"{call}, {fault}"
                lever(api, "trouble", **trouble, method=method, path=path, times=1)
                orders.place_videos([video(each, PICTURE)])
                orders.ended(each, 90)
                ids.append(each)
                lever(api, "trouble", kind=None)
        steps: Mapping[str, int] = Counter(str(orders.ended(each, 1).step) for each in ids)
        for each in ids:
            if orders.ended(each, 0).step != "done":
                print(f"  {each}: {orders.ended(each, 0).step}")
        report(f"{len(ids)} orders, a fault each", ids, steps, api)


def measure_real_silence(folder: Path) -> None:
    """60 s of silence on the paid request, with the patience of the dashboard."""
    with (
        practice_api(1.0) as api,
        running(orders_of(folder, f"sqlite:///{folder}/orders.sqlite", api, Pace())) as orders,
    ):
        lever(api, "trouble", kind="slow", seconds=61.0, method="POST", path="motion-create", times=1)
        orders.place_videos([video("silent", PICTURE)])
        report("60 s of silence on the paid request", ["silent"], steps_of(orders, ["silent"]), api)


def measure_speed(folder: Path) -> None:
    ids, ideal = [f"fast-{number}" for number in range(FAST_ORDERS)], FAST_ORDERS * FAST_SECONDS / PLACES
    with (
        practice_api(FAST_SECONDS) as api,
        running(orders_of(folder, f"sqlite:///{folder}/orders.sqlite", api, Pace())) as orders,
    ):
        began = time.monotonic()
        orders.place_videos([video(each, PICTURE) for each in ids])
        time.sleep(ideal)  # they cannot have ended before, and each look would take from what they compute with
        steps = ended_in_book(orders, ids, 60.0)
        took = time.monotonic() - began
        row(
            f"{FAST_ORDERS} orders of {FAST_SECONDS} s on {PLACES} places",
            f"{took:.2f} s",
            f"{1.15 * ideal:.1f} s",
            took <= 1.15 * ideal,
        )
        most = most_at_once(api)
        row("most at once", str(most), f"{PLACES}", most <= PLACES)
        report("the same", ids, steps, api)


def most_at_once(api: str) -> int:
    times = [(task["task"]["createTime"], task["task"]["createTime"] + FAST_SECONDS * 1000) for task in tasks_at(api)]
    return max(sum(bool(start <= at < end) for start, end in times) for at, _ in times)


def measure_postgres(folder: Path) -> None:
    ids = [f"shared-{number}" for number in range(SHARED_ORDERS)]
    with practice_api(2.0) as api, postgres() as database:
        first = Worker(folder, database, api, *ids).until_ready()
        second = Worker(folder, database, api).until_ready()
        while len(prompts_at(api)) < SHARED_ORDERS // 4:
            time.sleep(0.05)
        reader = orders_of(folder, database, api)
        shares = Counter(each["worker"] for each in reader._context.repository.find() if each["worker"])
        theirs = [each["id"] for each in reader._context.repository.find() if each["step"] not in ("waiting", "done")]
        first.kill()
        killed = time.monotonic()
        ended_in_book(reader, theirs, 90.0)
        took = time.monotonic() - killed
        row("one of two processes killed: its work done after", f"{took:.1f} s", "60 s", took <= 60)
        steps = ended_in_book(orders_of(folder, database, api), ids, 120.0)
        row("processes that had a part in it", str(len(shares)), "2", len(shares) == 2)
        second.stop()
        report(f"{SHARED_ORDERS} orders, two processes on PostgreSQL", ids, steps, api)


MEASURES: dict[str, list[Callable[[Path], None]]] = {
    "kills": [measure_kills],
    "faults": [measure_faults, measure_real_silence],
    "speed": [measure_speed],
    "postgres": [measure_postgres],
}


def main(*wanted: str) -> None:
    if any(word.startswith("--") for word in wanted):
        table.main(*wanted)
        return
    for name in wanted or MEASURES:
        for measure in MEASURES[name]:
            with tempfile.TemporaryDirectory(prefix="kling-orders-") as folder:
                measure(Path(folder))


if __name__ == "__main__":
    main(*sys.argv[1:])
