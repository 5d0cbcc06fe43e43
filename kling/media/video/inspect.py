"""What a video is, by its content."""

from __future__ import annotations

import codecs
import math
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from kling.errors import InvalidInput
from kling.media.limits import Media
from kling.media.video.source import duration, first_moment, kind_of, open_video, seek, unreadable, upright

END_TOLERANCE = 1.0
"""A file whose pictures end so much (s) before its header says is only half there."""
TEXT_HEAD = 1024
"""So many bytes tell text from a video."""


def inspect(path: Path) -> dict[str, Any]:
    """What a video is (`Media`); `InvalidInput` when it is none, is damaged, half copied or too large to handle."""
    size = path.stat().st_size
    if size == 0:
        raise InvalidInput("The file is empty. Choose another one.", "video")
    picture = _kind_of_picture(path)
    if picture:
        return asdict(Media(picture, False, f"image/{picture}", 0, 0, size))
    if _is_text(path):
        raise InvalidInput(
            "This is not a video: there is text in the file, whatever its name says. Choose a video.", "video"
        )
    with open_video(path) as (container, stream):
        seconds = duration(container, stream)
        first = next(container.decode(stream), None)
        if first is None or not math.isfinite(seconds) or seconds <= 0:
            raise unreadable()
        rotation = first.rotation
        _check_end(container, stream, seconds)
        width, height = upright(stream.codec_context.width, stream.codec_context.height, rotation)
        kind = kind_of(path, container)
        found = Media(
            kind=kind,
            is_video=True,
            content_type={"mov": "video/quicktime"}.get(kind, f"video/{kind}"),
            width=width,
            height=height,
            size=size,
            seconds=seconds,
            frame_rate=float(stream.average_rate or 0),
            codec=stream.codec_context.name.removeprefix("lib").removesuffix("-vp9"),
            has_sound=bool(container.streams.audio),
            is_turned=bool(rotation),
        )
    return asdict(found)


def _kind_of_picture(path: Path) -> str:
    """The kind of a still picture, which PyAV would take for a video of one frame; empty if it is none."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP", "BMP", "TIFF")) as image:
            return (image.format or "").lower()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return ""


def _is_text(path: Path) -> bool:
    """Whether a file begins with text that people write; no kind of video does."""
    with path.open("rb") as file:
        head = file.read(TEXT_HEAD)
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head)  # the last letter may be cut off
    except UnicodeDecodeError:
        return False
    return all(sign.isprintable() or sign.isspace() for sign in text)


def _check_end(container: Any, stream: Any, seconds: float) -> None:
    """A header may promise more than there is; the last packets tell."""
    seek(container, stream, first_moment(stream) + int(max(0.0, seconds - END_TOLERANCE) / stream.time_base))
    last = max((packet.pts for packet in container.demux(stream) if packet.pts is not None), default=None)
    if last is None or float((last - first_moment(stream)) * stream.time_base) < seconds - END_TOLERANCE - 1.0:
        raise unreadable()
