"""Frames of a video as JPEG: one, or a strip of them.

Times are seconds from the first frame.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from kling.media.video.source import duration, even, first_moment, open_video, seek, unreadable

ONE_PASS = 60.0
"""Up to this length (s), a strip is taken from every frame; beyond, from the key frame before each moment."""
STRIP_HEIGHT = 120


def frame(path: Path, at: float) -> bytes:
    """The frame shown at `at`, upright, as JPEG bytes."""
    with open_video(path) as (container, stream):
        moment = first_moment(stream) + int(at / stream.time_base)
        seek(container, stream, moment)
        shown = None
        for each in container.decode(stream):
            if shown is not None and each.pts is not None and each.pts > moment:
                break
            shown = each
        if shown is None:
            raise unreadable()
        return _jpeg(shown.to_image(), shown.rotation)


def strip(path: Path, count: int) -> list[bytes]:
    """So many small JPEGs, evenly spaced over the clip, each the frame shown in the middle of its part."""
    with open_video(path) as (container, stream):
        seconds = duration(container, stream)
        moments = [first_moment(stream) + int(seconds * (n + 0.5) / count / stream.time_base) for n in range(count)]
        shown = _in_one_pass if seconds <= ONE_PASS else _by_key_frames
        pictures: list[bytes] = []
        for picked in shown(container, stream, moments):
            height = STRIP_HEIGHT if picked.rotation % 180 == 0 else even(STRIP_HEIGHT * picked.width / picked.height)
            width = even(picked.width * height / picked.height)
            small = picked.reformat(width=width, height=height, format="rgb24").to_image()
            pictures.append(_jpeg(small, picked.rotation, 80))
        if not pictures:
            raise unreadable()
        return pictures + pictures[-1:] * (count - len(pictures))


def _in_one_pass(container: Any, stream: Any, moments: list[int]) -> Iterator[Any]:
    waiting, shown = list(moments), None
    for each in container.decode(stream):
        while shown is not None and waiting and each.pts is not None and each.pts > waiting[0]:
            waiting.pop(0)
            yield shown
        if not waiting:
            return
        shown = each
    if shown is not None:
        yield from [shown] * len(waiting)


def _by_key_frames(container: Any, stream: Any, moments: list[int]) -> Iterator[Any]:
    stream.codec_context.skip_frame = "NONKEY"
    for moment in moments:
        seek(container, stream, moment)
        found = next(container.decode(stream), None)
        if found is not None:
            yield found


def _jpeg(image: Image.Image, rotation: int, quality: int = 88) -> bytes:
    buffer = io.BytesIO()
    image.rotate(rotation, expand=True).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
