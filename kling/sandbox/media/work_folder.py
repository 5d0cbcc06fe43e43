"""The folder in which the files lie."""

import contextlib
import os
import shutil
import tempfile
import weakref
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

PREFIX = "kling-practice-"


class WorkFolder:
    """A folder of the practice API's own inside `parent`, gone at the end; without one, in the system's.

    It is held locked, so that a later start can tell what a killed process has left behind, and remove it.
    """

    def __init__(self, parent: Path | None = None) -> None:
        parent = parent or Path(tempfile.gettempdir())
        parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(parent)
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        lock = os.open(self.folder / "lock", os.O_CREAT | os.O_WRONLY)
        is_free(lock)
        self.remove = weakref.finalize(self, remove, self.folder, lock)
        """Removes the folder; at the latest when the process ends."""

    @property
    def uploads(self) -> Path:
        return self.folder / "uploads"

    @property
    def made(self) -> Path:
        return self.folder / "made"


def remove(folder: Path, lock: int) -> None:
    os.close(lock)
    shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        # A folder without the file is just being made, or somebody else's.
        with contextlib.suppress(OSError), (folder / "lock").open("rb") as lock:
            if is_free(lock.fileno()):
                shutil.rmtree(folder, ignore_errors=True)


def is_free(file: int) -> bool:
    """Takes the lock if nobody has it."""
    if fcntl is None:  # pragma: no cover - Windows
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
