"""Files made when somebody wants them: an end does not wait for those that nobody has begun."""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock

from kling.sandbox.api.media_routes import media_app
from kling.sandbox.media.file_cache import FileCache, executor
from tests.sandbox_server import Sandbox


def test_what_has_not_begun_when_all_is_cleared_is_never_made(tmp_path: Path) -> None:
    files, may_go_on = FileCache(tmp_path / "made", 1_000_000, 100), threading.Event()

    def make(path: Path) -> None:
        assert may_go_on.wait(20)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"made")

    names = [f"{number}.mp4" for number in range(20)]
    for name in names:
        files.register(name, make)
    wanted = [files.get_future(name) for name in names]
    files.clear()
    may_go_on.set()
    assert sum(future is not None and future.cancelled() for future in wanted) >= len(names) - executor()._max_workers
    again = files.get_future(names[-1])
    assert again is not None
    assert again.result(20).read_bytes() == b"made"


def test_nobody_hears_of_a_file_that_was_removed_after_whoever_waited_for_it_had_gone(sandbox: Sandbox) -> None:
    files, is_making, may_go_on = sandbox.app.state.api.state.files, threading.Event(), threading.Event()
    faults: list[str] = []

    def make(path: Path) -> None:
        is_making.set()
        assert may_go_on.wait(20)
        path.write_bytes(b"made")

    async def ask_and_go() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: faults.append(told["message"]))
        asked = asyncio.create_task(get("/media/a.mp4"))
        await asyncio.to_thread(is_making.wait, 20)
        asked.cancel()
        files.remove("a.mp4")
        making = files._making["a.mp4"]
        may_go_on.set()
        await asyncio.gather(asked, asyncio.wrap_future(making), return_exceptions=True)
        gc.collect()

    async def get(path: str) -> None:
        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": []}
        await media_app(sandbox.app)(scope, asyncio.Queue[Any]().get, AsyncMock())

    files.register("a.mp4", make)
    with ThreadPoolExecutor(1) as of_its_own:  # a loop of a browser may run in this one
        of_its_own.submit(lambda: asyncio.run(ask_and_go())).result()
    assert faults == []
