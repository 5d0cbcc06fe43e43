"""Many results beside few: `python -m tests.bench.results [browser]`.

The first page, one far down, a search that finds little and the way by a filter, with 200 and with 20,000 results in
SQLite; with `browser`, from the address to sixty covers in Chromium. Milliseconds, medians of rounds in turns.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import sync_playwright

from kling.archive import Archive, open_files
from kling.archive.library import Filter, Library, Place
from kling.store import Store, cache
from tests.archive.made_up import change, fill
from tests.bench.browser import milliseconds_until
from tests.media.samples import picture
from tests.processes import chromium, dashboard

FEW, MANY = 200, 20_000
ROUNDS, OPENED = 40, 7
SIXTY = ".gallery .card:nth-child(60)"
NOW = time.time()


def archive_of(folder: Path, count: int) -> Archive:
    """With so many results; two of them say what no other does."""
    store = Store(f"sqlite:///{folder.as_posix()}/orders.sqlite")
    archive = Archive(store, "practice", open_files(str(folder / "archive"), folder))
    found = fill(archive, count, NOW, {"video": b"video", "cover": picture(180, 240)}, every=600.0, person="ann")
    change(archive, [found[1], found[-1]], prompt="a needle", person="bob")
    return archive


def questions(library: Library, count: int) -> dict[str, Callable[[], object]]:
    deep = Place(NOW - (count - 100) * 600.0, "")
    return {
        "first page": lambda: library.page(Filter()),
        "page far down": lambda: library.page(Filter(), older=deep),
        "search": lambda: library.page(Filter(words="needle")),
        "by person": lambda: library.page(Filter(person="bob")),
        "count": lambda: library.count(Filter()),
    }


def milliseconds(ask: Callable[[], object]) -> float:
    start = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - start)


def show(what: str, few: list[float], many: list[float]) -> None:
    first, second = statistics.median(few), statistics.median(many)
    print(f"{what:<16}{FEW:>8,}: {first:8.1f} ms{MANY:>10,}: {second:8.1f} ms{second / first:8.2f} ×", flush=True)


def main() -> None:
    cache.MAX_AGE = cache.UNCHANGED_AGE = -1.0  # nothing is answered from memory
    with tempfile.TemporaryDirectory() as name:
        folders = {count: Path(name) / str(count) for count in (FEW, MANY)}
        for folder in folders.values():
            folder.mkdir()
        asked = {
            count: questions(Library(archive_of(folder, count).repository.store, "practice"), count)
            for count, folder in folders.items()
        }
        for what in asked[FEW]:
            rounds = [[milliseconds(asked[count][what]) for count in (FEW, MANY)] for _ in range(ROUNDS)]
            show(what, *map(list, zip(*rounds, strict=True)))
        if "browser" in sys.argv:
            show("sixty covers", *in_browser(folders))


def in_browser(folders: dict[int, Path]) -> tuple[list[float], list[float]]:
    with ExitStack() as stack:
        urls = [f"{stack.enter_context(dashboard(folder)).url}/results" for folder in folders.values()]
        browser = stack.enter_context(chromium(stack.enter_context(sync_playwright())))
        rounds = [[milliseconds_until(browser, url, SIXTY) for url in urls] for _ in range(OPENED + 1)][1:]
    few, many = zip(*rounds, strict=True)
    return list(few), list(many)


if __name__ == "__main__":
    main()
