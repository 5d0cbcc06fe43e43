"""The data folder is for the account that runs the dashboard alone: orders, people's files and names lie there."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from kling.errors import NotConfigured

OURS = ("uploads", "drafts", "orders", "archive", "*.sqlite*", "*.json")
"""What is corrected: a folder that somebody chose may hold other things too."""


FULL = "There is no room left on the disk of the data folder {}. Make room, then start it again."
NOT_WRITABLE = "Nothing can be written to the data folder {}. See to its rights, or correct KLING_DATA_DIR."
WAITS = "Nothing that was placed is lost: it goes on when the dashboard runs again."
ENOUGH = 65_536
"""Bytes that must have room: what a small order takes in the database."""


def check_writable(folder: Path) -> None:
    """`NotConfigured` with a sentence where nothing can be written to it: no rights, no room, or no folder at all."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(ENOUGH))
            probe.flush()
            os.fsync(probe.fileno())
        return
    except OSError as error:
        sentence = FULL if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) else NOT_WRITABLE
    raise NotConfigured(f"{sentence.format(folder)} {WAITS}")


def make_private(folder: Path) -> None:
    """From now on whatever this process makes is private; what an older version left open is closed."""
    os.umask(0o077)
    with suppress(OSError):  # whoever uses it next says what is wrong with it
        folder.mkdir(parents=True, exist_ok=True)
        if not folder.stat().st_mode & stat.S_ISVTX and folder.resolve() != Path.cwd():
            folder.chmod(0o700)
    for path in _ours(folder):
        with suppress(OSError):
            path.chmod(0o700 if path.is_dir() else 0o600)


def _ours(folder: Path) -> Iterator[Path]:
    for top in (path for name in OURS for path in folder.glob(name)):
        if not top.is_symlink():
            yield top
            yield from (path for path in top.rglob("*") if not path.is_symlink())
