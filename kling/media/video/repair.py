"""Repair a video: copied where that will do, else encoded anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av.error

from kling.errors import InvalidInput
from kling.media.limits import Fix
from kling.media.video.encode import Report, encode
from kling.media.video.inspect import inspect
from kling.media.video.source import DISK_FULL, unreadable
from kling.media.video.trim import trim


def repair(path: Path, fixes: Sequence[Fix], target: Path, report: Report) -> dict[str, Any]:
    """Write the clip with `fixes` carried out to `target`, an mp4 with its sound; what became of it (`Media`).

    `InvalidInput` when the clip cannot be read or the disk is full; `target` is then as it was.
    """
    partial = target.with_suffix(".part")
    try:
        if not trim(path, fixes, partial):
            encode(path, fixes, partial, report)
        partial.replace(target)
    except OSError as error:
        if isinstance(error, av.error.FFmpegError) and error.errno not in DISK_FULL:
            raise unreadable() from None
        raise InvalidInput(
            f"The repaired file could not be kept on the server ({error.strerror}). Nothing was sent. "
            "Whoever runs the dashboard must make room on its disk.",
            "video",
        ) from None
    finally:
        partial.unlink(missing_ok=True)
    report(1.0)
    return inspect(target)
