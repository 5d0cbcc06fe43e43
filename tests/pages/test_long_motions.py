"""A motion that is longer than a person who faces as in the picture can make: said, and made right by a button."""

from __future__ import annotations

from typing import Any

from kling import BadRequest
from pages.ui import wording
from tests.media.samples import picture
from tests.orders.test_killed import until
from tests.pages.app_test import Pages

CREATE = "/videos/motion-create"


BUTTON = "Make the video"


FACE = "Let the person face as in the motion"


def long_motion(pages: Pages) -> str:
    """The name of a motion of 12 seconds."""
    pages.sandbox.lever("generation", generation=2)
    pages.sandbox.own_reference(12.0)
    pages.open()
    return str(next(card["name"] for card in pages.cards() if card["source"] == "Ours"))


def face(pages: Pages, how: str) -> None:
    pages.at.segmented_control(key="create direction").set_value(how).run()


def button(pages: Pages, label: str) -> Any:
    return next(each for each in pages.at.button if each.label == label)


def test_a_motion_that_is_too_long_for_a_person_who_faces_as_in_the_picture_is_made_right_by_a_button(
    pages: Pages,
) -> None:
    pages.choose_card(long_motion(pages))
    pages.choose_picture(picture())
    assert not button(pages, BUTTON).disabled
    face(pages, "image_direction")
    assert "(12 s) is too long for this" in pages.words()
    assert "motions of 10 seconds at most" in pages.words()
    assert "Nothing is sent before it is right" in pages.words()
    assert button(pages, BUTTON).disabled
    pages.press(FACE)
    assert "too long" not in pages.words()
    pages.press(BUTTON)
    [body] = pages.posted(CREATE)
    assert body["motionDirection"] == "motion_direction"


def test_create_promises_no_length_of_a_video_made_from_another(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.open()
    assert "shorter where the movement is very fast" in pages.words()


def test_several_at_once_say_which_motion_is_too_long(pages: Pages) -> None:
    long_motion(pages)
    pages.at.segmented_control(key="batch how").set_value("Several at once").run()
    face(pages, "image_direction")
    pages.pick_motions(*(card["key"] for card in pages.cards()[:2]))
    pages.at.file_uploader(key="batch pictures").set_value([("a.jpg", picture(), "image/jpeg")]).run()
    assert "(12 s) is too long for this" in pages.words()
    assert "Make 2 videos" not in [each.label for each in pages.at.button]
    pages.press(FACE)
    pages.press("Make 2 videos")
    until(lambda: len(pages.posted(CREATE)) == 2)
    assert [body["motionDirection"] for body in pages.posted(CREATE)] == ["motion_direction"] * 2


def test_a_table_says_which_row_is_too_long_and_the_same_button_makes_it_right(pages: Pages) -> None:
    long_motion(pages)
    key = next(card["key"] for card in pages.cards() if card["source"] == "Ours")
    face(pages, "image_direction")
    pages.at.segmented_control(key="batch how").set_value("From a table").run()
    table = f"picture,motion\na.jpg,{key}\n".encode()
    pages.at.file_uploader(key="batch table").set_value(("videos.csv", table, "text/csv"))
    pages.at.file_uploader(key="batch pictures").set_value([("a.jpg", picture(), "image/jpeg")]).run()
    assert "Row 2" in pages.words()
    assert "The motion is 12 seconds long" in pages.words()
    assert "holds for every row" in pages.words()
    pages.press(FACE)
    pages.press("Make 1 video")
    until(lambda: len(pages.posted(CREATE)) == 1)
    [body] = pages.posted(CREATE)
    assert body["motionDirection"] == "motion_direction"


def test_a_length_that_only_kling_knows_is_refused_in_words() -> None:
    told = wording.explain(BadRequest(400, "MOTION.DURATION_MORE_THAN_EXPECTED"))
    assert "longer than Kling takes" in told.what
    assert "10 seconds" in told.next
