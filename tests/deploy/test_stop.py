"""SIGTERM to the dashboard as it is hosted: it ends in its own time, with what is being paid for written down."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.bench import stage
from tests.bench.day.books import Books
from tests.bench.day.desk import Desk
from tests.bench.day.people import Team
from tests.bench.day.person import Person
from tests.orders.test_killed import until
from tests.orders.worker_process import TOKEN
from tests.orders.worker_processes import lever, practice_api, prompts_at

METRICS = "a token for metrics"


@pytest.fixture
def api() -> Iterator[str]:
    with practice_api(0.5) as origin:
        yield origin


@pytest.fixture
def desk(api: str, tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "data").mkdir()
    of_service = {"KLING_API_TOKEN": TOKEN, "KLING_API_URL": f"{api}/v1/kling", "KLING_METRICS_TOKEN": METRICS}
    found = Desk(tmp_path, {**of_service, **stage.SIGN_IN, "KLING_DATA_DIR": f"{tmp_path}/data"})
    found.start()
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.end(signal.SIGKILL)


def is_being_paid_for(api: str) -> bool:
    calls = requests.get(f"{api}/sandbox/calls", timeout=30).json()["calls"]
    return any("motion-create" in call["path"] and call["status"] is None for call in calls)


async def order(desk: Desk, words: str) -> None:
    person = Person(desk.url, address="ann@team.example")
    await person.open()
    await Team(desk.url, 3600).fill_in(person, words)
    await person.click("Make the video")
    await person.tick()
    await person.close()


def half_an_upload(desk: Desk) -> socket.socket:
    """A connection that will not end by itself."""
    where = urlsplit(desk.url)
    connection = socket.create_connection((where.hostname or "", where.port or 0))
    begin = f"PUT /_stcore/upload_file/a/b HTTP/1.1\r\nHost: {where.netloc}\r\nX-Email: ann@team.example\r\n"
    connection.sendall(f"{begin}Content-Type: video/mp4\r\nContent-Length: 1000000\r\n\r\nhalf".encode())
    return connection


def test_it_waits_for_the_answer_that_is_paid_for_and_not_for_who_does_not_go(desk: Desk, api: str) -> None:
    lever(api, "trouble", kind="slow", seconds=4.0, method="POST", path="motion-create", times=1)
    asyncio.run(order(desk, "paid once"))
    measured = requests.get(f"{desk.url}/metrics", headers={"Authorization": f"Bearer {METRICS}"}, timeout=30).text
    assert 'kling_page_seconds_count{run="tick"}' in measured
    until(lambda: is_being_paid_for(api))
    with half_an_upload(desk):
        _, code = desk.end(signal.SIGTERM)
    assert code == 0
    [row] = Books(f"sqlite:///{desk.folder}/data/orders.sqlite", api).rows()
    assert row["step"] in ("accepted", "done"), "its answer was not waited for"
    assert prompts_at(api) == ["paid once"]
    assert "Traceback" not in desk.log.read_text()
