"""A picture is right before it is sent: what is wrong is said, repaired here, and nothing goes out before."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from kling.media import inspect
from kling.orders import PictureFile
from pages.ui import wording
from tests.media.samples import picture
from tests.pages.app_test import Pages

CREATE = "/videos/motion-create"
BUTTON = "Make the video"


@pytest.fixture
def create(pages: Pages) -> Pages:
    pages.open()
    pages.choose_card("Wave")
    return pages


def chosen(pages: Pages) -> bytes:
    """The picture that would be sent."""
    found = pages.at.session_state["draft"].picture
    assert isinstance(found, PictureFile)
    assert inspect(found.data).content_type == found.content_type
    return found.data


def test_a_picture_that_is_right_is_sent_as_it_is(create: Pages) -> None:
    data = picture()
    create.choose_picture(data)
    assert chosen(create) == data


@pytest.mark.parametrize("kind", ["WEBP", "BMP", "TIFF", "GIF", "AVIF", "HEIF"])
def test_a_picture_of_another_kind_becomes_a_jpeg_without_asking(create: Pages, kind: str) -> None:
    create.choose_picture(picture(400, 600, kind), f"person.{kind.lower()}")
    assert inspect(chosen(create)).kind == "jpeg"
    create.press(BUTTON)
    assert len(create.posted(CREATE)) == 1


def test_no_picture_says_where_and_with_what_it_was_taken(create: Pages) -> None:
    exif = Image.Exif()
    exif[0x0110] = "Telephone 12"
    exif.get_ifd(0x8825)[1] = "N"
    data = picture(400, 600, exif=exif)
    create.choose_picture(data)
    sent = chosen(create)
    assert b"Telephone" not in sent
    assert not inspect(sent).has_location
    # Not a pixel changed: only what stood beside the picture is gone.
    assert Image.open(io.BytesIO(sent)).tobytes() == Image.open(io.BytesIO(data)).tobytes()


def test_a_picture_on_its_side_is_turned(create: Pages) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    create.choose_picture(picture(600, 400, exif=exif))
    found = inspect(chosen(create))
    assert (found.width, found.height, found.is_turned) == (400, 600, False)


def test_each_problem_has_its_way_out_and_nothing_is_sent_before(create: Pages) -> None:
    create.choose_picture(picture(200, 900, "PNG"))
    assert "at least 300 pixels" in create.words()
    assert "2.5 times" in create.words()
    assert next(button for button in create.at.button if button.label == BUTTON).disabled
    labels = [button.label for button in create.at.button]
    assert {"Make it larger", "Cut both ends off", "Add a border", "Repair all"} <= set(labels)
    create.press("Add a border")
    found = inspect(chosen(create))
    assert (found.width, found.height) == (360, 900)


def test_all_is_repaired_by_one_button(create: Pages) -> None:
    create.choose_picture(picture(200, 900, "PNG"))
    create.press("Repair all")
    found = inspect(chosen(create))
    assert (found.width, found.height) == (300, 750)


def test_what_is_no_picture_is_a_sentence(create: Pages) -> None:
    create.choose_picture(b"\0\0\0\x18ftypmp42" + b"\0" * 100)
    assert "This is a video, not a picture" in create.words()
    assert create.at.session_state["draft"].picture is None


def test_pictures_of_a_batch_are_repaired_together(pages: Pages) -> None:
    pages.open()
    pages.at.segmented_control(key="batch how").set_value("Several at once").run()
    good, narrow = picture(), picture(300, 900, "PNG")
    files = [("good.jpg", good, "image/jpeg"), ("narrow.png", narrow, "image/png"), ("no.jpg", b"no", "image/jpeg")]
    pages.at.file_uploader(key="batch pictures").set_value(files).run()
    assert "narrow.png: It is 300 × 900 pixels" in pages.words()
    assert "no.jpg: This picture cannot be read" in pages.words()
    assert "2 pictures left out: 1 of 3." in pages.words()
    pages.press("Repair this picture")
    assert "narrow.png" not in pages.words()
    assert "1 picture left out: 2 of 3." in pages.words()
    pages.pick_motions(pages.cards()[0]["key"])
    assert "1 motion chosen" in pages.words()
    assert "Make 2 videos" in [button.label for button in pages.at.button]


def test_a_picture_used_before_is_called_as_whoever_sent_it_called_it(create: Pages) -> None:
    create.choose_picture(picture(), "anna.jpg")
    create.press(BUTTON)
    create.sandbox.finish()
    create.press("Make another video")
    create.press("Choose another picture")
    create.look_again()
    assert "anna" in create.card_names()
    key = next(card["key"] for card in create.cards() if card["name"] == "anna")
    create.tell("picker", "chosen", key, holding=key)
    assert "**anna**" in create.words()


@pytest.mark.parametrize(
    ("sent_as", "at_kling", "created", "said"),
    [
        ("anna", "0123456789abcdef01.jpg", None, "anna"),
        ("", "beach.jpg", None, "beach.jpg"),
        ("", "0123456789abcdef01.jpg", 1_763_000_000_000, "Picture of 13 November 2025"),
        ("", "61f0b3c2-7d1e-4a90-b1a7-d5ab3c0e9f11", None, "Picture"),
        ("", None, None, "Picture"),
    ],
)
def test_what_a_picture_from_before_is_called(sent_as: str, at_kling: str | None, created: int, said: str) -> None:
    assert wording.picture_name(sent_as, at_kling, created) == said
