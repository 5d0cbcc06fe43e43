"""The dashboard and the practice API as people start them, and a real Chromium in front."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
TOKEN = "user:1-browser-tests"
URL = r"http://[\w.]+:\d+"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)


@contextmanager
def started(command: list[str], **environ: str) -> Iterator[str]:
    """A server as a process of its own; yields the URL it prints once it listens."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **environ, "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    listening = threading.Event()
    listener = threading.Thread(target=_listen, args=(process.stdout, said, listening), daemon=True)
    listener.start()
    try:
        assert listening.wait(60), "the server did not start:\n" + "".join(said)
        urls = re.findall(URL, "".join(said))
        assert urls, "the server ended at its start:\n" + "".join(said)
        yield urls[0].replace("localhost", "127.0.0.1")
    finally:
        process.terminate()
        process.wait(20)
        listener.join(20)
    log = "".join(said)
    assert "Traceback" not in log, log
    assert "kling.sandbox" in command or TOKEN not in log, "the token stands in the log"


def _listen(output: IO[str], said: list[str], listening: threading.Event) -> None:
    for line in output:
        said.append(line)
        if re.search(URL, line):
            listening.set()
    listening.set()
    output.close()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass(frozen=True)
class Stand:
    """Where the dashboard under test is, and the practice API behind it."""

    url: str
    sandbox: str


@contextmanager
def dashboard(folder: Path, **environ: str) -> Iterator[str]:
    clean = {name: "" for name in os.environ if name.startswith("KLING_")}
    command = ["streamlit", "run", "app.py", "--server.port", str(free_port()), "--server.headless", "true"]
    with started(command, **clean, KLING_DATA_DIR=str(folder), **environ) as url:
        yield url


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """The dashboard in live mode, talking to a practice API of its own in which a video takes four seconds."""
    api = ["kling.sandbox", "--port", str(free_port()), "--seconds", "4", "--token", TOKEN]
    with (
        started(api) as sandbox,
        dashboard(
            tmp_path, KLING_API_TOKEN=TOKEN, KLING_API_URL=f"{sandbox}/v1/kling", KLING_REFRESH_SECONDS="1"
        ) as url,
    ):
        yield Stand(url, sandbox)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Stand]:
    """The dashboard as the README starts it: no token, no account, practice mode."""
    with dashboard(tmp_path, KLING_REFRESH_SECONDS="1") as url:
        yield Stand(url, url)
