"""What nobody uses is let go for as long as the app runs, whatever one look meets."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from pages.server import uploads
from pages.server.uploads import Uploads, look_for_unused


def test_a_look_that_fails_is_not_the_last_one(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(uploads, "LOOK_SECONDS", 0.001)
    looks: list[float] = []
    is_enough = asyncio.Event()

    class Failing(Uploads):
        def remove_unused(self, now: float) -> None:
            looks.append(now)
            if len(looks) == 3:
                is_enough.set()
            raise RuntimeError("a session went away meanwhile")

    async def run() -> None:
        task = asyncio.create_task(look_for_unused(Failing(1)))
        await asyncio.wait_for(is_enough.wait(), 10)
        task.cancel()

    with ThreadPoolExecutor() as pool:  # the browser tests leave a loop running in the main thread
        pool.submit(lambda: asyncio.run(run())).result()
    assert "a session went away meanwhile" in caplog.text
