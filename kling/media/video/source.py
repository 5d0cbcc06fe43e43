"""Open a video and read from its header; whatever PyAV finds wrong with it is `InvalidInput`.

`container` and `stream` are PyAV's; moments are in the stream's own time base.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import av.error

from kling.errors import InvalidInput

SIDE = 4096
"""A header may promise any size, and decoding would believe it: nothing that Kling takes is larger than this."""
# Playlists and the like name other files, which a stranger's must not.
KINDS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,mpegts,mpeg,flv,asf,ogg"
NAMES = {"matroska,webm": "webm", "mov,mp4,m4a,3gp,3g2,mj2": "mp4"}
DISK_FULL = (27, 28)
"""The numbers of the errors for a file too large and a disk that is full."""


@contextmanager
def open_video(path: Path) -> Iterator[tuple[Any, Any]]:
    """A clip and its first video stream; whatever PyAV finds wrong with it becomes `InvalidInput`."""
    try:
        with av.open(str(path), options={"format_whitelist": KINDS, "protocol_whitelist": "file"}) as container:
            if not container.streams.video:
                raise InvalidInput("This file has no picture in it, only sound. Choose a video.", "video")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            width, height = stream.codec_context.width, stream.codec_context.height
            if width * height > SIDE * SIDE or max(width, height) > 2 * SIDE:
                raise InvalidInput(
                    f"The video is {width} × {height} pixels: too large to handle. Save it as 1080p first.", "video"
                )
            stream.codec_context.options = {"max_pixels": str(SIDE * SIDE)}
            yield container, stream
    except (av.error.FFmpegError, EOFError, ValueError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            raise
        raise unreadable() from None


def unreadable() -> InvalidInput:
    """The refusal of a video in which something is wrong."""
    return InvalidInput(
        "This video cannot be read: it may be damaged or only half copied. Choose another, or save it again as MP4.",
        "video",
    )


def kind_of(path: Path, container: Any) -> str:
    """The format, by content: the brand in an MP4's or MOV's first box; old MOV files start without one."""
    if "mov" not in container.format.name:
        return NAMES.get(container.format.name, str(container.format.name).split(",")[0])
    with path.open("rb") as file:
        head = file.read(12)
    return "mp4" if head[4:8] == b"ftyp" and head[8:12] != b"qt  " else "mov"


def duration(container: Any, stream: Any) -> float:
    """Seconds."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if container.duration:
        return float(container.duration / av.time_base)
    last = 0.0  # a browser's recording does not say: it has to be gone through
    for packet in container.demux(stream):
        if packet.pts is not None:
            last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    container.seek(0)
    return last


def first_moment(stream: Any) -> int:
    """When the first frame is shown."""
    return int(stream.start_time or 0)


def seek(container: Any, stream: Any, moment: int) -> None:
    """Go on reading at the key frame before."""
    container.seek(max(moment, 0), stream=stream)


def upright(width: int, height: int, rotation: int) -> tuple[int, int]:
    """The sides as they are shown; `rotation` in degrees."""
    return (height, width) if rotation % 180 else (width, height)


def even(value: float) -> int:
    """As h264 wants sides."""
    return max(2, 2 * round(value / 2))
