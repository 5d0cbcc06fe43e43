"""A picture as it is sent: upright, of a kind that Kling reads, and silent about where it was taken."""

from __future__ import annotations

import pytest
from PIL import Image

from kling import InvalidInput
from kling.media import inspect, normalise
from tests.media.samples import picture


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x0112], found[0x0110] = orientation, "Telephone 12"
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_that_is_right_stays_as_it_is(kind: str) -> None:
    data = picture(400, 600, kind)
    assert normalise(data) == (data, inspect(data))


@pytest.mark.parametrize(
    "data",
    [
        picture(400, 600, "WEBP"),
        picture(400, 600, exif=exif()),
        picture(600, 400, exif=exif(6)),
        picture(400, 600, "PNG", exif=exif()),
    ],
    ids=["another kind", "a place", "on its side", "a png with a place"],
)
def test_what_is_told_is_what_is_sent(data: bytes) -> None:
    made, media = normalise(data)
    assert media == inspect(made)
    assert (media.kind, media.width, media.height) == ("jpeg", 400, 600)
    assert not media.has_location
    assert not media.is_turned
    assert b"Telephone" not in made


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        normalise(b"not a picture at all")
