"""Look at a file before it is sent, and make it right: what it is, what is wrong with it, and the repair of that.

Videos are files on disk, pictures bytes. Nothing here trusts a file's name, and everything that decodes runs in a child
process with limits (`kling.media.child_process`), so that no file can stop the dashboard. The limits of Kling stand in
`kling.media.limits`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from kling.errors import InvalidInput
from kling.media import child_process, images
from kling.media.limits import Convert, Fix, Media
from kling.media.video import frames
from kling.media.video.inspect import inspect as inspect_video
from kling.media.video.repair import repair as repair_video

READ_SECONDS = 20.0
"""CPU time to read a file, or to repair a picture."""
REPAIR_SECONDS = 600.0
"""CPU time for a repair: half an hour of 4K is nothing that Kling takes."""


def inspect(file: Path | bytes) -> Media:
    """What a video (a path) or a picture (bytes) is, by its content.

    `InvalidInput` (field `video` or `image`) with a plain reason when it is empty, damaged, only half there, of a kind
    that nobody here can read, or too large to handle. What Kling thinks of it tell `problems`.
    """
    read = inspect_video if isinstance(file, Path) else images.inspect
    return Media(**child_process.run(read, file, cpu_seconds=READ_SECONDS))


def frame(file: Path, at: float) -> bytes:
    """The frame shown `at` seconds into a video, upright, as JPEG bytes; `InvalidInput` when there is none."""
    shown: bytes = child_process.run(frames.frame, file, at, cpu_seconds=READ_SECONDS)
    return shown


def strip(file: Path, count: int) -> list[bytes]:
    """So many small JPEGs evenly spaced over a video, upright, 120 px high; `InvalidInput` when there are none."""
    shown: list[bytes] = child_process.run(frames.strip, file, count, cpu_seconds=READ_SECONDS)
    return shown


def repair(
    file: Path, fixes: Sequence[Fix], target: Path, on_progress: Callable[[float], None] = lambda share: None
) -> Media:
    """Write a video with `fixes` carried out to `target` (an h264 mp4, with its sound), and look at it.

    `on_progress` is called with the share done, 0 to 1. `InvalidInput` when it cannot be done or kept; `target` is
    then as it was. `file` and `target` may be the same.
    """
    done = child_process.run(repair_video, file, fixes, target, cpu_seconds=REPAIR_SECONDS, report=on_progress)
    return Media(**done)


def repair_picture(data: bytes, fixes: Sequence[Fix]) -> bytes:
    """A picture with `fixes` carried out: an upright jpeg that says nothing of place and camera. `InvalidInput`."""
    done: bytes = child_process.run(images.repair, data, fixes, cpu_seconds=READ_SECONDS)
    return done


def preview(data: bytes) -> bytes:
    """A picture as a small jpeg to look at, no side longer than 900 pixels. `InvalidInput`."""
    small: bytes = child_process.run(images.preview, data, 900, cpu_seconds=READ_SECONDS)
    return small


def without_place(data: bytes, media: Media) -> bytes:
    """A picture that does not say where and with what it was taken; `InvalidInput` when it cannot be read."""
    if not media.has_location:
        return data
    if media.kind == "jpeg" and not media.is_turned:
        return images.without_metadata(data)
    return repair_picture(data, [Convert()])


def spool(source: BinaryIO, path: Path) -> None:
    """Copy an uploaded file to `path` in pieces of 1 MiB; `InvalidInput` and no file if the disk is full."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            while piece := source.read(1 << 20):
                target.write(piece)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise InvalidInput(
            f"The file could not be kept on the server ({error.strerror}). Nothing was sent. "
            "Whoever runs the dashboard must make room on its disk.",
            field="video",
        ) from None
