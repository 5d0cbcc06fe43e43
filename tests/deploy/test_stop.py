"""SIGTERM to the dashboard as it is hosted: it ends in its own time, with what is being paid for written down."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
import requests

from tests.bench import stage
from tests.bench.day.books import Books
from tests.bench.day.dashboard_process import DashboardProcess
from tests.bench.day.people import Team
from tests.bench.day.person import Person
from tests.orders.test_killed import until
from tests.orders.worker_process import TOKEN
from tests.orders.worker_processes import lever, practice_api, prompts_at

Made = TypeVar("Made")
METRICS = "a token for metrics"


@pytest.fixture
def api() -> Iterator[str]:
    with practice_api(0.5) as origin:
        yield origin


@pytest.fixture
def dashboard(api: str, tmp_path: Path) -> Iterator[DashboardProcess]:
    (tmp_path / "data").mkdir()
    of_service = {"KLING_API_TOKEN": TOKEN, "KLING_API_URL": f"{api}/v1/kling", "KLING_METRICS_TOKEN": METRICS}
    found = DashboardProcess(tmp_path, {**of_service, **stage.SIGN_IN, "KLING_DATA_DIR": f"{tmp_path}/data"})
    found.start()
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.end(signal.SIGKILL)


def is_being_paid_for(api: str) -> bool:
    calls = requests.get(f"{api}/sandbox/calls", timeout=30).json()["calls"]
    return any("motion-create" in call["path"] and call["status"] is None for call in calls)


async def order(person: Person, words: str) -> None:
    await person.open()
    await Team(person.url, 3600).fill_in(person, words)
    await person.click("Make the video")
    await person.tick()


async def send_half_a_clip(person: Person) -> HTTPConnection:
    """A connection that will not end by itself."""
    urls = await person.address_for("clip.mp4")
    connection = HTTPConnection(urlsplit(person.url).netloc)
    connection.putrequest("PUT", urls.upload_url)
    about = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": "1000000"}
    for name, value in (await asyncio.to_thread(person.for_sending) | about).items():
        connection.putheader(name, value)
    connection.endheaders(b'--x\r\nContent-Disposition: form-data; name="file"; filename="clip.mp4"\r\n\r\nhalf')
    return connection


async def stop_while_it_is_paid_for(dashboard: DashboardProcess, api: str, words: str) -> int:
    """The exit code."""
    person = Person(dashboard.url, address="ann@team.example")
    await order(person, words)
    with closing(await send_half_a_clip(person)):
        await asyncio.to_thread(until, lambda: is_being_paid_for(api))
        _, code = await asyncio.to_thread(dashboard.end, signal.SIGTERM)
    await person.close()
    return code


def run_apart(what: Coroutine[Any, Any, Made]) -> Made:
    """In a thread of its own: where a browser is driven, this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, what).result()


def test_the_answer_that_is_paid_for_is_waited_for_and_not_who_does_not_go(
    dashboard: DashboardProcess, api: str
) -> None:
    lever(api, "trouble", kind="slow", seconds=4.0, method="POST", path="motion-create", times=1)
    assert run_apart(stop_while_it_is_paid_for(dashboard, api, "paid once")) == 0
    [row] = Books(f"sqlite:///{dashboard.folder}/data/orders.sqlite", api).rows()
    assert row["step"] in ("accepted", "done"), "its answer was not waited for"
    assert prompts_at(api) == ["paid once"]
    assert "Traceback" not in dashboard.log.read_text()


def test_how_long_ticks_take_is_told(dashboard: DashboardProcess) -> None:
    async def come_and_go() -> None:
        person = Person(dashboard.url, address="ann@team.example")
        await order(person, "ticks")
        await person.close()

    run_apart(come_and_go())
    told = requests.get(f"{dashboard.url}/metrics", headers={"Authorization": f"Bearer {METRICS}"}, timeout=30).text
    assert 'kling_page_seconds_count{run="tick"}' in told
