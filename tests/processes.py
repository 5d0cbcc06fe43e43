"""The dashboard and the practice API as people start them: processes of their own; and a real Chromium."""

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

from playwright.sync_api import Browser, Playwright

ROOT = Path(__file__).parents[1]
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


@dataclass(frozen=True)
class Server:
    """A server that listens: where, and which process it is."""

    url: str
    pid: int


@contextmanager
def started(command: list[str], **environ: str) -> Iterator[Server]:
    """A server as a process of its own, once it listens; its log must hold no traceback and no token."""
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
        yield Server(urls[0].replace("localhost", "127.0.0.1"), process.pid)
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


@contextmanager
def practice_api(*options: str) -> Iterator[Server]:
    """The practice API alone, in which a video takes four seconds."""
    command = ["kling.sandbox", "--port", str(free_port()), "--seconds", "4", "--token", TOKEN]
    with started([*command, *options]) as server:
        yield server


@contextmanager
def dashboard(folder: Path, **environ: str) -> Iterator[Server]:
    """The dashboard, its data in `folder`; without more settings in practice mode."""
    with dashboard_at(free_port(), folder, **environ) as server:
        yield server


@contextmanager
def dashboard_at(port: int, folder: Path, **environ: str) -> Iterator[Server]:
    """The same at a port that is known before."""
    clean = {name: "" for name in os.environ if name.startswith("KLING_")}
    command = ["streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"]
    with started(
        command, **{**clean, "KLING_DATA_DIR": str(folder), "KLING_REFRESH_SECONDS": "1", **environ}
    ) as server:
        yield server


@contextmanager
def live_dashboard(folder: Path, api: Server) -> Iterator[Server]:
    """The dashboard in live mode, with a practice API in Kling's place."""
    with dashboard(folder, KLING_API_TOKEN=TOKEN, KLING_API_URL=f"{api.url}/v1/kling") as server:
        yield server


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The Chromium of the machine, else the one that Playwright got for itself."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    browser = playwright.chromium.launch(executable_path=found, args=CHROMIUM_FLAGS)
    yield browser
    browser.close()
