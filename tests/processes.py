"""The dashboard and the practice API as people start them: processes of their own; and a real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from tests.forking import forks

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
    "--js-flags=--no-opt",  # a page is open for seconds: to make its code faster costs more than it saves
]


@dataclass(frozen=True)
class Server:
    """A server that listens: where, and which process it is."""

    url: str
    pid: int


@contextmanager
def _process(command: list[str], environ: dict[str, str]) -> Iterator[tuple[int, IO[str]]]:
    """`python -m` with what follows, until it is left; yields the id of the process and what it says."""
    if (ready := forks()) is not None:
        pid, output = ready.start(command, environ)
        try:
            yield pid, output
        finally:
            with suppress(ProcessLookupError):  # a test may have killed it
                os.kill(pid, signal.SIGTERM)
        return
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**environ, "PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.pid, process.stdout
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def started(command: list[str], /, **environ: str) -> Iterator[Server]:
    """A server as a process of its own, once it listens; its log must hold no traceback and no token."""
    said: list[str] = []
    listening = threading.Event()
    with _process(command, {**os.environ, **environ}) as (pid, output):
        listener = threading.Thread(target=_listen, args=(output, said, listening), daemon=True)
        listener.start()
        assert listening.wait(60), "the server did not start:\n" + "".join(said)
        urls = re.findall(URL, "".join(said))
        assert urls, "the server ended at its start:\n" + "".join(said)
        yield Server(urls[0].replace("localhost", "127.0.0.1"), pid)
    listener.join(20)
    if listener.is_alive():
        os.kill(pid, signal.SIGABRT)  # it says then where each of its threads is
        listener.join(20)
        pytest.fail("the server did not end:\n" + "".join(said))
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


def usual_port() -> int:
    """The same for one dashboard of this process after the other: a browser keeps the code that it has had from there.

    It lies below those that the system gives away by itself. Another one while somebody listens there.
    """
    port = 20_000 + os.getpid() % 10_000
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return free_port()
    return port


@contextmanager
def practice_api(*options: str) -> Iterator[Server]:
    """The practice API alone, in which a video takes four seconds."""
    command = ["kling.sandbox", "--port", str(free_port()), "--seconds", "4", "--token", TOKEN]
    with started([*command, *options]) as server:
        yield server


@contextmanager
def dashboard(folder: Path, /, **environ: str) -> Iterator[Server]:
    """The dashboard, its data in `folder`; without more settings in practice mode."""
    with dashboard_at(usual_port(), folder, **environ) as server:
        yield server


@contextmanager
def dashboard_at(port: int, folder: Path, /, *, program: str = "streamlit", **environ: str) -> Iterator[Server]:
    """The same at a port that is known before; `program` is a module that goes on as Streamlit's command."""
    clean = {name: "" for name in os.environ if name.startswith("KLING_")}
    command = [program, "run", "app.py", "--server.port", str(port), "--server.headless", "true"]
    settings = {**clean, "KLING_DATA_DIR": str(folder), "KLING_REFRESH_SECONDS": "1", **environ}
    with started(command, **settings) as server:
        yield server


@contextmanager
def live_dashboard(folder: Path, api: Server) -> Iterator[Server]:
    """The dashboard in live mode, with a practice API in Kling's place."""
    with dashboard(folder, KLING_API_TOKEN=TOKEN, KLING_API_URL=f"{api.url}/v1/kling") as server:
        yield server


@contextmanager
def chromium(playwright: Playwright, *flags: str) -> Iterator[Browser]:
    """The Chromium of the machine, else the one that Playwright got for itself."""
    browser = playwright.chromium.launch(executable_path=_chromium_of_machine(), args=[*CHROMIUM_FLAGS, *flags])
    yield browser
    browser.close()


@contextmanager
def chromium_with_profile(playwright: Playwright, folder: Path) -> Iterator[BrowserContext]:
    """The same as somebody has it who uses it every day: it keeps on disk, in `folder`, what it has loaded."""
    context = playwright.chromium.launch_persistent_context(
        folder, executable_path=_chromium_of_machine(), args=CHROMIUM_FLAGS, viewport={"width": 1280, "height": 900}
    )
    yield context
    context.close()


def _chromium_of_machine() -> str | None:
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
