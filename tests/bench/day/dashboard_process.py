"""The dashboard as a process that is stopped, killed and started again at the same address, with one log for all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench import stage

START_SECONDS = 300.0
STOP_SECONDS = 120.0


@dataclass
class DashboardProcess:
    """One life after the other. `settings` are the dashboard's, as environment."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=stage.free_port)
    began: float = 0.0
    """When the process that runs now listened, by the monotonic clock."""
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("KLING_", "STREAMLIT_"))}
        environ = {**clean, "PYTHONUNBUFFERED": "1", "KLING_LOG_FORMAT": "json", **self.settings}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *stage.streamlit("app.py", self.port)], cwd=stage.ROOT, env=environ,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, f"the dashboard ended at its start, see {self.log}"
            assert time.monotonic() < until, f"the dashboard did not start, see {self.log}"
            time.sleep(0.1)
        self.began = time.monotonic()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except (OSError, urllib.error.URLError):
            return False

    def end(self, how: signal.Signals) -> tuple[float, int]:
        """The seconds that it took to end, and its exit code."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(how)
        code = self.process.wait(STOP_SECONDS)
        return time.monotonic() - began, code

    @property
    def server(self) -> stage.Server:
        assert self.process is not None
        return stage.Server(self.url, self.process.pid)

    def threads(self) -> int:
        return len(list(Path(f"/proc/{self.server.pid}/task").iterdir()))

    def files(self) -> int:
        """Open ones, sockets too."""
        return len(list(Path(f"/proc/{self.server.pid}/fd").iterdir()))
