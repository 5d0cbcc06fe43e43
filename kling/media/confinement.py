"""What a child that reads strangers' files gets of the world: no secrets, no network, and a folder that is emptied."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

PASSED_ON = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "SYSTEMROOT", "TZ")
NEW_NETWORK, NEW_USERS = 0x40000000, 0x10000000
"""CLONE_NEWNET and CLONE_NEWUSER of Linux."""


def new_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="kling-media-"))


def empty(folder: Path) -> None:
    """Nothing that one file left there meets the next."""
    with suppress(OSError):
        for left in folder.iterdir():
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() and not left.is_symlink() else left.unlink()


def environment(folder: Path) -> dict[str, str]:
    """Of ours only what Python needs: neither the token nor any other secret of whoever runs this."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return passed_on | {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP", "HOME")}


def leave_network() -> bool:
    """Go where there is none, if the system lets us: Linux does, unless it forbids namespaces."""
    if not sys.platform.startswith("linux"):
        return False
    user = os.getuid()
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is None:
        return False
    if unshare(NEW_NETWORK) == 0:
        return True
    if unshare(NEW_USERS | NEW_NETWORK) != 0:
        return False
    with suppress(OSError):  # files that it writes are ours all the same
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    return True
