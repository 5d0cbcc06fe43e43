"""Clips under way: where they lie in the data folder, and how long."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path

from pages.ui.session.shared import settings

ABANDONED_SECONDS = 86_400


def upload_folder() -> Path:
    return Path(settings().data_dir) / "uploads"


def clip_at(name: str) -> Path | None:
    """The clip under way of that name; None when there is none."""
    path = upload_folder() / name
    return path if re.fullmatch(r"[0-9a-f]{32}\.[a-z0-9]{2,5}", name) and path.is_file() else None


def delete_abandoned_uploads() -> None:
    """What is older than a day was left by a process that ended."""
    for path in upload_folder().glob("*"):
        with suppress(OSError):  # somebody else's page has it removed meanwhile
            if time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                path.unlink()
