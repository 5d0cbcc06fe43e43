"""Pictures and clips behind a link, and how much they differ."""

import io
from typing import Any

import av
from PIL import Image, ImageChops, ImageStat

from tests.sandbox.calls import fetch


def image_at(link: str) -> Image.Image:
    answer = fetch(link)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content))


def clip_at(link: str) -> Any:
    answer = fetch(link)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "video/mp4"
    return av.open(io.BytesIO(answer.content))


def frames_at(link: str) -> list[Image.Image]:
    return frames_of(fetch(link).content)


def frames_of(content: bytes) -> list[Image.Image]:
    clip: Any = av.open(io.BytesIO(content))
    with clip:
        return [frame.to_image() for frame in clip.decode(video=0)]


def far(one: Image.Image, other: Image.Image) -> float:
    """Mean difference in grey levels."""
    return float(sum(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean) / 3)
