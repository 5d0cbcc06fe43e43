"""Small media made on the spot: clips and pictures of any length, size and kind."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

CODECS = {"webm": "libvpx-vp9", "avi": "mpeg4", "gif": "gif"}
# How a telephone held upright marks its videos: the matrix of the track, in 16.16 and 2.30 fixed point.
LYING = bytes.fromhex("00010000" + "0" * 24 + "00010000" + "0" * 24 + "40000000")
TURNED = bytes.fromhex("00000000" + "00010000" + "00000000" + "ffff0000" + "0" * 32 + "40000000")


def clip(
    path: Path,
    seconds: float = 3.0,
    width: int = 720,
    height: int = 1280,
    rate: int = 12,
    form: str = "mp4",
    sound: bool = False,
    gop: int = 12,
) -> Path:
    """A clip whose brightness rises with time, so that a frame tells when it was; its sound gets louder likewise."""
    with av.open(str(path), "w", format=form) as container:
        codec = CODECS.get(form, "libx264")
        options = {"preset": "ultrafast"} if codec == "libx264" else {"deadline": "realtime", "cpu-used": "8"}
        video: Any = container.add_stream(codec, rate=rate, options=options if form in ("mp4", "mov", "webm") else {})
        video.width, video.height = width, height
        video.pix_fmt = "rgb8" if form == "gif" else "yuv420p"
        video.codec_context.gop_size = gop
        loud = container.add_stream("aac", rate=48_000, layout="mono") if sound else None
        total = round(seconds * rate)
        for number in range(total):
            shade = np.full((height, width, 3), shade_at(number / total), np.uint8)
            frame = av.VideoFrame.from_ndarray(shade, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, rate)
            container.mux(video.encode(frame.reformat(format=video.pix_fmt)))
        container.mux(video.encode())
        if loud is not None:
            _add_sound(container, loud, seconds)
    return path


def shade_at(share: float) -> int:
    """The grey (0 to 255) of the frame that is shown after this share of a clip."""
    return 20 + int(200 * share)


def _add_sound(container: Any, stream: Any, seconds: float, rate: int = 48_000) -> None:
    for begin in range(0, int(seconds * rate), 1024):
        times = np.arange(begin, begin + 1024)
        wave = np.sin(times * 2 * np.pi * 440 / rate) * times / (seconds * rate)
        frame = av.AudioFrame.from_ndarray(wave.astype(np.float32)[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, begin, Fraction(1, rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def turned(path: Path) -> Path:
    """Mark a clip as filmed with the telephone upright: it is shown turned by 90°."""
    data = path.read_bytes()
    at = data.index(LYING, data.index(b"tkhd"))
    path.write_bytes(data[:at] + TURNED + data[at + len(LYING) :])
    return path


def picture(width: int = 400, height: int = 600, kind: str = "JPEG", colour: str = "#7a5cff", **more: Any) -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind, **more)
    return buffer.getvalue()


def shades(path: Path) -> list[int]:
    """The grey in the middle of each frame."""
    with av.open(str(path)) as container:
        found = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    return [int(each[each.shape[0] // 2, each.shape[1] // 2]) for each in found]


def grey(jpeg: bytes) -> int:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    middle = image.convert("L").getpixel((image.width // 2, image.height // 2))
    assert isinstance(middle, int)
    return middle


def metadata(data: bytes) -> dict[int, Any]:
    return dict(Image.open(io.BytesIO(data)).getexif())
