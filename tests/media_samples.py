"""Small media made on the spot: clips and pictures of any length, size and kind."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image


def clip(
    path: Path, seconds: float = 3.0, width: int = 720, height: int = 1280, rate: int = 12, form: str = "mp4"
) -> Path:
    """A clip whose brightness rises with time, so that a frame tells when it was."""
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        total = round(seconds * rate)
        for number in range(total):
            shade = np.full((height, width, 3), 20 + 200 * number // total, np.uint8)
            frame = av.VideoFrame.from_ndarray(shade, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def picture(width: int = 400, height: int = 600, kind: str = "JPEG", colour: str = "#7a5cff") -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()
