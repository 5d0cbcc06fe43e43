"""Look at a file before it is sent: what it is, how long, how large, and one frame of it.

Limits are the documented ones of `POST /assets` and `motion-upload`. Nothing here trusts a file's name:
the kind is read from its content, and the header is judged before anything is decoded.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import av
import av.error
from PIL import Image, UnidentifiedImageError

from kling.errors import InvalidInput

PICTURE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
PICTURE_BYTES = 10 * 1024 * 1024
PICTURE_SIDE = 300
VIDEO_BYTES = 100 * 1024 * 1024
# A header may promise any size, and decoding would believe it: nothing that Kling takes is larger than this.
VIDEO_SIDE = 4096
PICTURE_PIXELS = 50_000_000


@dataclass(frozen=True)
class ClipLimits:
    """What a clip must be for a motion to be taken from it: shortest and longest in seconds, sides in pixels.

    It fits when its short side or its long side is within the span given for it, both of them when `both`.
    """

    shortest: float
    longest: float
    short_side: tuple[int, int]
    long_side: tuple[int, int]
    both: bool
    sides: str

    def fits(self, width: int, height: int) -> bool:
        short, long = sorted((width, height))
        fitting = [
            self.short_side[0] <= short <= self.short_side[1],
            self.long_side[0] <= long <= self.long_side[1],
        ]
        return all(fitting) if self.both else any(fitting) and long <= VIDEO_SIDE


# 720p to 1080p: a clip in an unusual shape passes when one of its two sides is that of one of them.
TEMPLATE_CLIP = ClipLimits(2.0, 10.0, (720, 1080), (1280, 1920), False, "720p and 1080p")
REFERENCE_CLIP = ClipLimits(3.0, 30.0, (340, 3850), (340, 3850), True, "sides from 340 to 3850 pixels")


@dataclass(frozen=True)
class Picture:
    """A picture that Kling takes: `content_type`, sides in pixels, size in bytes."""

    content_type: str
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class Video:
    """A clip that a motion can be taken from: length in seconds, sides in pixels, size in bytes."""

    content_type: str
    seconds: float
    width: int
    height: int
    size: int


def inspect_picture(data: bytes) -> Picture:
    """What a picture is; `InvalidInput` (field `image`) with a plain reason if Kling would refuse it."""
    if len(data) > PICTURE_BYTES:
        raise InvalidInput(f"The picture has {_megabytes(len(data))}; Kling takes up to 10 MB.", field="image")
    kind, width, height = _picture_header(data)
    if kind not in PICTURE_TYPES:
        raise InvalidInput(
            "This is not a PNG or JPEG picture. Save it as one of these and choose it again.", field="image"
        )
    if min(width, height) < PICTURE_SIDE:
        raise InvalidInput(
            f"The picture is {width} × {height} pixels; each side needs at least {PICTURE_SIDE}.",
            field="image",
        )
    return Picture(PICTURE_TYPES[kind], width, height, len(data))


def _picture_header(data: bytes) -> tuple[str, int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as image:
                kind, (width, height) = image.format or "", image.size
                if width * height > PICTURE_PIXELS:
                    raise InvalidInput(
                        f"The picture is {width} × {height} pixels: too large to handle. Make it smaller first.",
                        field="image",
                    )
                if kind in PICTURE_TYPES:
                    image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise InvalidInput(
            "This picture cannot be read: it may be damaged or of another kind. Choose a PNG or JPEG.",
            field="image",
        ) from None
    return kind, width, height


def inspect_video(path: Path, limits: ClipLimits = TEMPLATE_CLIP) -> Video:
    """What a clip is; `InvalidInput` (field `video`) with a plain reason if no motion could be taken from it."""
    size = path.stat().st_size
    if size > VIDEO_BYTES:
        raise InvalidInput(f"The video has {_megabytes(size)}; Kling takes up to 100 MB.", field="video")
    with _opened(path) as (container, stream):
        video = Video(
            "video/quicktime" if _brand(path) == b"qt  " else "video/mp4",
            _seconds(container, stream),
            stream.codec_context.width,
            stream.codec_context.height,
            size,
        )
    _refuse(video, limits)
    frame_at(path, 0)
    return video


def _refuse(video: Video, limits: ClipLimits) -> None:
    if not limits.fits(video.width, video.height):
        raise InvalidInput(
            f"The video is {video.width} × {video.height} pixels; Kling takes {limits.sides}. "
            "Save it as 1080p and choose it again.",
            field="video",
        )
    if not limits.shortest <= video.seconds <= limits.longest:
        raise InvalidInput(
            f"The video is {video.seconds:.1f} seconds long; a motion is taken from "
            f"{limits.shortest:.0f} to {limits.longest:.0f} seconds. Cut it and choose it again.",
            field="video",
        )


def frame_at(path: Path, seconds: float) -> bytes:
    """The frame shown at `seconds` into the clip, upright, as JPEG bytes."""
    with _opened(path) as (container, stream):
        start = int((stream.start_time or 0) + seconds / (stream.time_base or 1))
        container.seek(start, stream=stream)
        frame = _first_from(container, stream, start)
        if frame is None:
            raise _unreadable()
        image = frame.to_image().rotate(frame.rotation, expand=True)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def _first_from(container: Any, stream: Any, start: int) -> Any:
    last = None
    for frame in container.decode(stream):
        last = frame
        if frame.pts is not None and frame.pts >= start:
            break
    return last


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Any, Any]]:
    """A clip and its first video stream; whatever PyAV finds wrong with it becomes `InvalidInput`."""
    if _brand(path) is None:
        raise InvalidInput("This is not an MP4 or MOV video. Save it as MP4 and choose it again.", field="video")
    try:
        with av.open(str(path), format="mov") as container:
            if not container.streams.video:
                raise InvalidInput("This file has no picture in it, only sound. Choose a video.", field="video")
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            stream.codec_context.options = {"max_pixels": str(VIDEO_SIDE * VIDEO_SIDE)}
            yield container, stream
    except (av.error.FFmpegError, EOFError, ValueError):
        raise _unreadable() from None


def _unreadable() -> InvalidInput:
    return InvalidInput(
        "This video cannot be read: it may be damaged or only half copied. Choose another, or save it again as MP4.",
        field="video",
    )


def _brand(path: Path) -> bytes | None:
    """The brand in an MP4 or MOV file's first box, None if it is neither. Old MOV files start without one."""
    with path.open("rb") as file:
        head = file.read(12)
    if head[4:8] == b"ftyp":
        return head[8:12]
    return b"qt  " if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip") else None


def _seconds(container: Any, stream: Any) -> float:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return float((container.duration or 0) / av.time_base)


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


def _megabytes(size: int) -> str:
    return f"{size / (1024 * 1024):.1f} MB"
