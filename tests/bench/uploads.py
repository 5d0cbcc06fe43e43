"""Five people send a video of 100 MB each through the page at once: the server's memory before, at most, and after.

`python -m tests.bench.uploads` starts the practice API and the dashboard as processes of their own and one
Chromium a person. To reach: below 1.5 GB at most, and back to within 60 MB of before.
"""

from __future__ import annotations

import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from playwright.sync_api import Page, expect, sync_playwright

from tests.media.samples import clip
from tests.processes import chromium, live_dashboard, practice_api

PEOPLE = 5
SIZE = 100 * 1000 * 1000
MEGABYTE = 1024 * 1024
LIMIT_MB, LEFT_MB = 1500, 60


def padded_clip(path: Path) -> Path:
    """A clip made large by a box that players skip."""
    clip(path, 3.0)
    missing = SIZE - path.stat().st_size
    with path.open("ab") as file:
        file.write(missing.to_bytes(4, "big") + b"free")
        file.truncate(SIZE)
    return path


def memory(process: int, name: str) -> float:
    """`VmRSS` (now) or `VmHWM` (at most) of a process, in MB."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(rf"{name}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) / 1024


def send(url: str, small: Path, large: Path, together: Barrier) -> float:
    """One person: sends a small clip, then with all others the large one; returns the seconds that took."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = browser.new_page()
        page.goto(f"{url}/upload")
        together.wait()
        send_one(page, small)
        page.get_by_role("button", name="Upload another").click()
        together.wait()
        together.wait()
        begun = time.perf_counter()
        send_one(page, large)
        took = time.perf_counter() - begun
        together.wait()
        together.wait()
        return took


def send_one(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Send it to Kling").click(timeout=120_000)
    expect(page.get_by_text("Your motion is ready")).to_be_visible(timeout=120_000)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        small, large = clip(Path(folder) / "small.mp4", 3.0), padded_clip(Path(folder) / "large.mp4")
        with (
            practice_api("--max-jobs", "20") as api,
            live_dashboard(Path(folder), api) as server,
            ThreadPoolExecutor(PEOPLE) as people,
        ):
            together = Barrier(PEOPLE + 1, timeout=300)
            sending = [people.submit(send, server.url, small, large, together) for _ in range(PEOPLE)]
            together.wait()
            opened = memory(server.pid, "VmRSS")
            together.wait()
            before = memory(server.pid, "VmRSS")
            together.wait()
            together.wait()
            most, after = memory(server.pid, "VmHWM"), memory(server.pid, "VmRSS")
            together.wait()
            took = [each.result() for each in sending]
    report(opened, before, most, after, took)


def report(opened: float, before: float, most: float, after: float, took: list[float]) -> None:
    print(f"{PEOPLE} people, {SIZE / 1e6:.0f} MB each, ready after {min(took):.0f} to {max(took):.0f} s")
    print(f"pages opened        {opened:7.0f} MB")
    print(f"small clips sent    {before:7.0f} MB   (what the first use of everything leaves for good)")
    print(f"at most             {most:7.0f} MB   to reach: below {LIMIT_MB}   {verdict(most < LIMIT_MB)}")
    left = after - before
    print(f"left when done      {left:7.0f} MB   to reach: within {LEFT_MB}   {verdict(left <= LEFT_MB)}")


def verdict(is_reached: bool) -> str:
    return "reached" if is_reached else "MISSED"


if __name__ == "__main__":
    main()
