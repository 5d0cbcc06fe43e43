"""Whether a worker of this machine lives: it holds a lock on a file until its process ends, however it ends."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]


class WorkerLock:
    """The lock of one worker, in a folder that those share who ask for it."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._path = _path(folder, worker)
        self._held: int | None = None

    def hold(self) -> None:
        """So that others on this machine see at once when this process has ended. `OSError` where it cannot be."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._held = os.open(self._path, os.O_CREAT | os.O_RDWR)
        if fcntl is not None:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        if self._held is not None:
            os.close(self._held)
            self._held = None
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def has_ended(folder: Path, worker: str) -> bool | None:
    """None where that cannot be told here: it is of another machine, or took its lock away itself."""
    if fcntl is None:
        return None
    try:
        with _path(folder, worker).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except OSError:
        return False
    return True


def forget(folder: Path, worker: str) -> None:
    """Take away the lock of a worker that has ended."""
    _path(folder, worker).unlink(missing_ok=True)


def _path(folder: Path, worker: str) -> Path:
    return folder / f"{worker}.worker"
