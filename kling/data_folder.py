"""The data folder is for the account that runs the dashboard alone: orders, people's files and names lie there."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

OURS = ("uploads", "drafts", "orders", "archive", "*.sqlite*", "*.json")
"""What is corrected: a folder that somebody chose may hold other things too."""


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
