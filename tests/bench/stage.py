"""The servers of a measurement, started as users start them, and what they use of the machine."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.upstream import TOKEN

ROOT = Path(__file__).parents[2]
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


SIGN_IN = {
    "KLING_PROXY_HEADER": "X-Email",
    "KLING_PROXY_ADDRESSES": "127.0.0.1",
    "KLING_ALLOWED": "@team.example",
}
sign_in: dict[str, str] = {}
"""What every dashboard gets beside its settings: nothing, or `SIGN_IN`."""


@dataclass(frozen=True)
class Server:
    url: str
    pid: int

    def cpu(self) -> float:
        """Seconds of processor time used so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self) -> float:
        """Resident memory, MB."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        return int(found[1]) / 1024 if found else 0.0

    def calls(self) -> int:
        """Requests an upstream has had so far."""
        with urllib.request.urlopen(f"{self.url}/bench/calls", timeout=30) as answer:
            return int(json.load(answer))


@contextmanager
def started(command: list[str], folder: Path, **environ: str) -> Iterator[Server]:
    """A server as a process of its own, once it listens."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KLING_", "STREAMLIT_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    url, listening = [""], threading.Event()

    def listen() -> None:
        for line in process.stdout or ():
            if not listening.is_set() and (found := re.search(r"http://[\w.]+:\d+", line)):
                url[0] = found[0].replace("localhost", "127.0.0.1")
                listening.set()
        listening.set()

    threading.Thread(target=listen, daemon=True).start()
    try:
        assert listening.wait(60)
        assert url[0], f"{command} did not start"
        yield Server(url[0], process.pid)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def upstream(tasks: int = 100, *options: str) -> Iterator[Server]:
    command = ["tests.bench.upstream", "--port", str(free_port()), "--tasks", str(tasks), *options]
    with started(command, ROOT) as server:
        yield server


@contextmanager
def dashboard(upstream: Server, port: int | None = None, **environ: str) -> Iterator[Server]:
    """As the README starts it."""
    folder = tempfile.mkdtemp(prefix="kling-bench-")
    settings = {**settings_for(upstream), "KLING_DATA_DIR": folder, **environ}
    with started(streamlit("app.py", port), ROOT, **settings) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def plain(script: str, upstream: Server | None = None) -> Iterator[Server]:
    """A page of one file on Streamlit's default options, in a folder without any settings."""
    folder = Path(tempfile.mkdtemp(prefix="kling-bench-"))
    shutil.copy(Path(__file__).parent / script, folder)
    with started(streamlit(script), folder, **(settings_for(upstream) if upstream else {})) as server:
        yield server
    shutil.rmtree(folder, ignore_errors=True)


def streamlit(script: str, port: int | None = None) -> list[str]:
    """What follows `python -m`."""
    # An address, because without one Streamlit asks the internet for this machine's.
    options = {"port": str(port or free_port()), "headless": "true", "address": "127.0.0.1"}
    return [
        "streamlit",
        "run",
        script,
        *(part for name, value in options.items() for part in (f"--server.{name}", value)),
    ]


def settings_for(upstream: Server) -> dict[str, str]:
    """Of a dashboard that takes it for Kling."""
    upstream_settings = {"KLING_API_TOKEN": TOKEN, "KLING_API_URL": f"{upstream.url}/v1/kling"}
    return {**upstream_settings, "KLING_REFRESH_SECONDS": "5", **sign_in}
