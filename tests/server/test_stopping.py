"""How the server learns that it is to stop."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette

from pages.server import stopping


class Counting(uvicorn.Server):
    """Notes the number that each of its looks has."""

    def __init__(self, config: uvicorn.Config, number: int) -> None:
        super().__init__(config)
        self.looks: list[int] = []
        self._number = number

    async def on_tick(self, counter: int) -> bool:
        self.looks.append(counter)
        if len(self.looks) == 1:
            asyncio.get_running_loop().call_soon(os.kill, os.getpid(), self._number)
        return await super().on_tick(counter)


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    stopping.end_well()
    yield


def served_until(number: int) -> Counting:
    config = uvicorn.Config(Starlette(lifespan=lifespan), port=0, log_config=None)
    server = Counting(config, number)
    server.run()
    return server


def test_a_signal_stops_it_at_once_and_nobody_looks_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "DATE_SECONDS", 3600.0)
    assert served_until(signal.SIGTERM).looks == [0, 0]


def test_control_c_does_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "DATE_SECONDS", 3600.0)
    with pytest.raises(KeyboardInterrupt):
        served_until(signal.SIGINT)
