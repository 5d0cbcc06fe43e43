"""What the repairs of a video come to, and the file that they are written to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av

from kling.errors import InvalidInput
from kling.media.limits import Fix, Scale, Shrink, Trim
from kling.media.video.source import duration, even, first_moment


@dataclass(frozen=True)
class Plan:
    """What becomes of a clip: which part (s), its sides (px) before it is turned upright, how many bytes at most."""

    start: float
    end: float
    width: int
    height: int
    max_bytes: int
    """0: any number."""
    is_whole: bool

    @classmethod
    def of(cls, container: Any, stream: Any, fixes: Sequence[Fix]) -> Plan:
        """`InvalidInput` when nothing would be left."""
        seconds = duration(container, stream)
        start, end = 0.0, seconds
        for fix in fixes:
            if isinstance(fix, Trim):
                start, end = max(0.0, fix.start), min(seconds, fix.end)
        if end <= start:
            raise InvalidInput("Nothing would be left of the video. Choose a longer part.", "video")
        width, height = stream.codec_context.width, stream.codec_context.height
        side = next((fix.short_side for fix in fixes if isinstance(fix, Scale)), 0)
        factor = side / min(width, height) if side else 1.0
        max_bytes = next((fix.most for fix in fixes if isinstance(fix, Shrink)), 0)
        is_whole = start == 0.0 and end == seconds
        return cls(start, end, even(width * factor), even(height * factor), max_bytes, is_whole)

    def span(self, stream: Any) -> tuple[int, int]:
        """The part in the stream's own units; a frame belongs to it when most of it does."""
        half_frame = 0.5 / float(stream.average_rate or 25)
        end = self.end + 1.0 if self.is_whole else self.end - half_frame
        first = first_moment(stream)
        start = first + math.ceil((self.start - half_frame) / stream.time_base)
        return start, first + math.ceil(end / stream.time_base)


def open_output(path: Path) -> Any:
    """A new mp4, with its header at the front so that a browser can begin before it has all."""
    return av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
