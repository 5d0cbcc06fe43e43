"""Read and repair pictures. Runs in a child process (`kling.media.child_process`): call it through `kling.media`."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

import pillow_heif
from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from kling.errors import InvalidInput
from kling.media.limits import Crop, Fix, Media, Pad, Scale, Shrink

# The kinds that people have; others are more likely to be an attack than a picture.
KINDS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF", "HEIF", "PPM")
NAMES = {"MPO": "jpeg", "HEIF": "heic"}
PIXELS = 120_000_000
"""The largest that a telephone takes; a header may promise any size, and decoding would believe it."""
ORIENTATION, CAMERA, CAMERA_MODEL, GPS = 0x0112, 0x010F, 0x0110, 0x8825
QUALITY, LEAST_QUALITY = 92, 60
_STILL_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1")

Image.init()
pillow_heif.register_heif_opener()


def inspect(data: bytes) -> dict[str, Any]:
    """What a picture is (`Media`); `InvalidInput` when it is none, is damaged or too large to handle."""
    with _opened(data) as image:
        kind = NAMES.get(image.format or "", (image.format or "").lower())
        exif = image.getexif()
        turn = exif.get(ORIENTATION, 1)
        width, height = image.size if turn < 5 else image.size[::-1]
        found = Media(
            kind=kind,
            is_video=False,
            content_type=f"image/{kind}",
            width=width,
            height=height,
            size=len(data),
            codec=kind,
            is_turned=turn not in (0, 1),
            has_location=any(tag in exif for tag in (GPS, CAMERA, CAMERA_MODEL)),
        )
        image.load()
    return asdict(found)


def repair(data: bytes, fixes: Sequence[Fix]) -> bytes:
    """The picture as an upright jpeg that says nothing of place and camera, with `fixes` carried out."""
    with _opened(data) as image:
        upright = ImageOps.exif_transpose(image)
        profile = image.info.get("icc_profile") if upright.mode in ("RGB", "L") else None
        fixed = _on_white(upright)
    # First the shape, then the size: what is cut off need not be made larger before.
    for shape in (fix for fix in fixes if isinstance(fix, Crop | Pad)):
        if isinstance(shape, Crop):
            fixed = ImageOps.fit(fixed, _shape(fixed.size, shape.ratio, grow=False), Image.Resampling.LANCZOS)
        else:
            fixed = _padded(fixed, shape.ratio)
    for scale in (fix for fix in fixes if isinstance(fix, Scale)):
        fixed = _scaled(fixed, max(1.0, scale.short_side / min(fixed.size)))
    most = min((fix.most for fix in fixes if isinstance(fix, Shrink)), default=0)
    return _saved(fixed, profile, most)


def preview(data: bytes, side: int) -> bytes:
    """A small upright jpeg of it, no side longer than `side` pixels."""
    with _opened(data) as image:
        image.draft("RGB", (side, side))
        small = _on_white(ImageOps.exif_transpose(image))
    small.thumbnail((side, side))
    return _saved(small, None, 0)


def without_metadata(data: bytes) -> bytes:
    """An upright jpeg without the parts that tell place, time and camera; its picture stays bit by bit as it is."""
    parts, at = [data[:2]], 2
    while data[at : at + 1] == b"\xff" and data[at + 1 : at + 2] not in (b"\xda", b""):
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        # APP1 holds Exif and XMP, APP13 what photo programs add, MPF in APP2 a second picture with its own Exif.
        if data[at + 1] not in (0xE1, 0xED) and data[at + 4 : at + 7] != b"MPF":
            parts.append(data[at:end])
        at = end
    return b"".join(parts) + data[at:]


def _saved(image: Image.Image, profile: bytes | None, most: int) -> bytes:
    """As jpeg, of less quality and then smaller while it has more than `most` bytes (0: any number)."""
    quality = QUALITY
    while True:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True, icc_profile=profile)
        if not most or buffer.tell() <= most:
            return buffer.getvalue()
        if quality > LEAST_QUALITY:
            quality -= 8
        else:
            image = _scaled(image, 0.8)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        with_alpha = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, with_alpha).convert("RGB")
    return image.convert("RGB")


def _scaled(image: Image.Image, factor: float) -> Image.Image:
    width, height = image.size
    return image.resize((max(1, round(width * factor)), max(1, round(height * factor))), Image.Resampling.LANCZOS)


def _shape(size: tuple[int, int], ratio: float, *, grow: bool) -> tuple[int, int]:
    """The size with one side changed, so that the longer is at most `ratio` times the shorter."""
    short, long = sorted(size)
    if long <= short * ratio:
        return size
    if grow:
        short = int(-(-long // ratio))
    else:
        long = int(short * ratio)
    return (long, short) if size[0] > size[1] else (short, long)


def _padded(image: Image.Image, ratio: float) -> Image.Image:
    size = _shape(image.size, ratio, grow=True)
    colour = tuple(round(level) for level in ImageStat.Stat(image).mean)
    padded = Image.new("RGB", size, colour)
    padded.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return padded


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """A picture of which only the header was read; whatever Pillow finds wrong with it becomes `InvalidInput`."""
    if not data:
        raise InvalidInput("The file is empty. Choose another one.", "image")
    if (data[4:8] == b"ftyp" and data[8:12] not in _STILL_BRANDS) or data[:4] == b"\x1aE\xdf\xa3":
        raise InvalidInput("This is a video, not a picture. Choose a picture.", "image")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=KINDS) as image:
                if image.width * image.height > PIXELS:
                    raise InvalidInput(
                        f"The picture is {image.width} × {image.height} pixels: too large to handle. "
                        "Make it smaller first.",
                        "image",
                    )
                yield image
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise InvalidInput(
            "This picture cannot be read: it may be damaged or of another kind. Choose a PNG or JPEG.", "image"
        ) from None
