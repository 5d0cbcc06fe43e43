"""The repair of a picture is exact."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from kling import media
from kling.media import Convert, Crop, Pad, Scale, Shrink
from tests.media.samples import grey, metadata, picture


def test_a_repaired_picture_is_an_upright_jpeg_that_keeps_place_and_camera_to_itself() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = 6, "Telephone 12"
    exif.get_ifd(0x8825)[1] = "N"
    lying = Image.new("RGB", (600, 400), "white")
    lying.paste("black", (0, 0, 100, 400))
    buffer = io.BytesIO()
    lying.save(buffer, "JPEG", exif=exif)
    done = media.repair_picture(buffer.getvalue(), [Convert()])
    assert metadata(done) == {}
    image = Image.open(io.BytesIO(done)).convert("L")
    assert (image.format, image.size) == (None, (400, 600))
    assert image.getpixel((200, 50)) == 0
    assert image.getpixel((200, 550)) == 255


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA", "CMYK", "I;16", "1", "L"])
def test_a_picture_of_any_colours_becomes_a_jpeg(mode: str) -> None:
    buffer = io.BytesIO()
    Image.new(mode, (400, 600)).save(buffer, "TIFF" if mode in ("CMYK", "I;16") else "PNG")
    found = media.inspect(media.repair_picture(buffer.getvalue(), [Convert()]))
    assert (found.kind, found.width, found.height) == ("jpeg", 400, 600)


def test_what_was_transparent_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(buffer, "PNG")
    assert grey(media.repair_picture(buffer.getvalue(), [Convert()])) == 255


def test_a_picture_is_shrunk_under_its_limit() -> None:
    noise = Image.effect_noise((1500, 1500), 90).convert("RGB")
    buffer = io.BytesIO()
    noise.save(buffer, "PNG")
    done = media.repair_picture(buffer.getvalue(), [Shrink(200_000)])
    assert len(done) <= 200_000
    assert media.inspect(done).kind == "jpeg"


@pytest.mark.parametrize(
    ("fix", "size"), [(Crop(2.5), (1000, 400)), (Pad(2.5), (1200, 480)), (Scale(800), (2400, 800))]
)
def test_a_picture_gets_the_shape_and_size_asked_for(fix: Any, size: tuple[int, int]) -> None:
    found = media.inspect(media.repair_picture(picture(1200, 400), [fix]))
    assert (found.width, found.height) == size
