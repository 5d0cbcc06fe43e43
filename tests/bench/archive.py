"""What copying results does under `kill -9`, and what it costs: `python -m tests.bench.archive [killed] [speed]`.

killed: 50 results of 2 MB are copied by a process that is killed at 30 moments and started again; at the end each is
there once, whole, none twice. speed: MB/s of 200 MB files beside `curl` into the same folder, and the memory it takes.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from kling import KlingClient, Task, media
from kling.archive import Archive, Pace, Worker, finding, open_files
from kling.store import Store
from kling.store.tables import files, results
from tests.bench.archive_server import task_of
from tests.sandbox_server import mp4

KILLS, RESULTS, SIZE = 30, 50, 2_000_000
RATE = 4.0
"""MB a second of a connection while processes are killed, so that there is something to cut off."""
LIVES = 3.5
"""The longest, in seconds, that a process copies before it is killed."""
LARGE, LARGE_SIZE = 4, 200_000_000
FIRST = 1_000_000
ROOT = Path(__file__).parents[2]


def row(what: str, result: str) -> None:
    print(f"{what:<76}{result:>24}", flush=True)


def make_videos(folder: Path, count: int, size: int) -> dict[str, str]:
    """Videos that can be played, each another and of `size` bytes: hashes by task."""
    head, hashes = mp4(2.0), {}
    for number in range(count):
        filling = size - len(head) - 8
        # A box of an MP4 that players skip.
        content = head + (filling + 8).to_bytes(4) + b"free" + random.Random(number).randbytes(filling)
        (folder / f"{FIRST + number}.mp4").write_bytes(content)
        hashes[str(FIRST + number)] = hashlib.sha256(content).hexdigest()
    return hashes


@contextmanager
def service(folder: Path, rate: float = 0.0) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.bench.archive_server", str(folder), str(rate)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def archive_in(folder: Path) -> Archive:
    return Archive(Store(f"sqlite:///{folder}/orders.sqlite"), "kling", open_files(str(folder / "archive"), folder))


def note(archive: Archive, origin: str, task_ids: list[str]) -> None:
    archive.repository.store.open()
    tasks = [Task.read(task_of(int(task_id), f"{origin}/media/{task_id}.mp4")) for task_id in task_ids]
    archive.repository.add([finding.row_of_task(task, time.time()) for task in tasks])


def worker(folder: str, origin: str, copies: str = "2") -> None:
    """A process that copies until nothing is left; says when it begins, and at the end how much memory it took (kB)."""
    archive = archive_in(Path(folder))
    client = KlingClient("user:1-bench", f"{origin}/v1/kling")
    pace = Pace(looks=0.1, fault=0.1, backoff=0.1, copies=int(copies))
    found = Worker(archive, lambda _: client, pace=pace)
    archive.repository.store.open()
    small = Path(folder, "small.mp4")
    small.write_bytes(mp4(1.0))
    media.inspect(small)  # its child process is there from then on, as in a dashboard that has run for a while
    Path("/proc/self/clear_refs").write_text("5")
    before = memory()
    print("begins", flush=True)
    found.start()
    while archive.counts().get("waiting"):
        time.sleep(0.05)
    found.stop()
    print(memory() - before, flush=True)


def memory() -> int:
    """The most that this process has held at a time, in kB."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))


def start(folder: Path, origin: str, copies: int = 2) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.bench.archive", "worker", str(folder), origin, str(copies)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def killed(kills: int = KILLS, count: int = RESULTS) -> None:
    with tempfile.TemporaryDirectory() as name:
        source, desk = Path(name, "source"), Path(name, "desk")
        source.mkdir()
        hashes = make_videos(source, count, SIZE)
        archive = archive_in(desk)
        with service(source, RATE) as origin:
            note(archive, origin, list(hashes))
            had = kill_again_and_again(archive, desk, origin, kills)
            start(desk, origin).wait(300)
        row(f"killed {kills} times; kept by then, least and most", f"{min(had)} to {max(had)}")
        row("of these kills while something was left to copy", str(sum(number < count for number in had)))
        check(archive, hashes)


def kill_again_and_again(archive: Archive, desk: Path, origin: str, kills: int) -> list[int]:
    had, chance = [], random.Random(1)
    for _ in range(kills):
        process = start(desk, origin)
        time.sleep(chance.uniform(0.0, LIVES))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        had.append(archive.counts().get("kept", 0))
    return had


def check(archive: Archive, hashes: dict[str, str]) -> None:
    with archive.repository.store.engine.connect() as connection:
        kept = dict(connection.execute(sa.select(results.c.task_id, results.c.video)).all())
        known = connection.scalar(sa.select(sa.func.count()).select_from(files))
    stored = list(archive.files.all())
    whole = 0
    for task_id in hashes:
        file = archive.file_of(task_id, "video")
        content = b"".join(archive.pieces(file)) if file else b""
        whole += hashlib.sha256(content).hexdigest() == hashes[task_id]
    row("results kept, of", f"{sum(map(bool, kept.values()))} of {len(hashes)}")
    row("whole, by their hash", f"{whole} of {len(hashes)}")
    row("files that lie there, and that the database knows", f"{len(stored)}, {known}")
    row("left of files that came in part", str(len(list(archive.files.spool.glob("*.part")))))
    assert kept == hashes
    assert whole == len(stored) == known == len(hashes)


def speed() -> None:
    with tempfile.TemporaryDirectory() as name:
        source = Path(name, "source")
        source.mkdir()
        hashes = make_videos(source, LARGE, LARGE_SIZE)
        with service(source) as origin:
            for number, copies in itertools.product(range(2), (1, 2)):
                by_curl = curl(Path(name, "by curl"), origin, list(hashes), copies)
                desk = Path(name, f"desk {number} {copies}")
                archive = archive_in(desk)
                note(archive, origin, list(hashes))
                began = time.perf_counter()
                process = start(desk, origin, copies)
                began = time.perf_counter()
                assert process.stdout is not None
                taken = int(process.stdout.readline()) / 1000
                rate = LARGE * LARGE_SIZE / 1e6 / (time.perf_counter() - began)
                row(f"{LARGE} files of 200 MB, {copies} at a time: MB/s, curl's, share, MB of memory",
                    f"{rate:.0f} {by_curl:.0f} {rate / by_curl:.2f} {taken:.0f}")  # fmt: skip
                for stored in archive.files.all():
                    archive.files.delete(stored.name)


def curl(folder: Path, origin: str, task_ids: list[str], copies: int) -> float:
    """MB/s of `curl` for the same files."""
    folder.mkdir(exist_ok=True)
    urls = [word for each in task_ids for word in (f"{origin}/media/{each}.mp4", "-o", str(folder / each))]
    began = time.perf_counter()
    parallel = ["--parallel", "--parallel-max", str(copies)] if copies > 1 else []
    subprocess.run(["curl", "-sS", *parallel, *urls], check=True)
    seconds = time.perf_counter() - began
    for each in task_ids:
        (folder / each).unlink()
    return len(task_ids) * LARGE_SIZE / 1e6 / seconds


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(*sys.argv[2:])
    else:
        for what in sys.argv[1:] or ["killed", "speed"]:
            {"killed": killed, "speed": speed}[what]()
