"""The pages with either generation of motions, and with a service that changes from one to the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kling import BadRequest, KlingClient
from kling.feed import Snapshot
from pages.ui import panels, wording
from pages.ui.session import shared
from tests.media.samples import clip, picture
from tests.pages.app_test import Pages
from tests.sandbox_server import mp4

CREATE = "/videos/motion-create"
BUTTON = "Make the video"
FACE = "Let the person face as in the motion"


def first_card(pages: Pages) -> str:
    return pages.card_names()[0]


def ready(pages: Pages) -> None:
    pages.open()
    pages.choose_card(first_card(pages))
    pages.choose_picture(picture())


def keys(pages: Pages) -> set[str]:
    at = pages.at
    fields = [*at.segmented_control, *at.number_input, *at.toggle, *at.text_area, *at.text_input]
    return {str(field.key) for field in fields}


def test_create_shows_just_the_fields_of_the_chosen_motions_generation(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    ready(pages)
    assert {"create mode", "create model", "create direction", "create keep_audio", "create prompt"} <= keys(pages)
    assert not {"create duration", "create person", "create mirror", "create sound", "create max_jobs"} & keys(pages)
    pages.at.segmented_control(key="create direction").set_value("image_direction").run()
    pages.at.toggle(key="create keep_audio").set_value(True).run()
    pages.press(BUTTON)
    [body] = pages.posted(CREATE)
    assert str(body.pop("imageUrl")).startswith(pages.sandbox.origin)
    assert str(body.pop("motionUrl")).startswith(pages.sandbox.origin)
    body.pop("email"), body.pop("replyRef")
    assert body == {
        "model_name": "kling-v3-0",
        "mode": "std",
        "motionDirection": "image_direction",
        "keepAudio": True,
    }
    assert "Kling has accepted it" in pages.words()


def test_a_service_that_moves_to_other_motions_costs_nothing_and_loses_nothing(pages: Pages) -> None:
    ready(pages)
    pages.at.text_area(key="create prompt").set_value("kept words").run()
    pages.sandbox.lever("generation", generation=2)
    pages.press(BUTTON)
    assert "no longer takes motions of the kind that was chosen" in pages.words()
    assert "Nothing was charged" in pages.words()
    pages.press("Load the motions again")
    pages.settle()
    assert "person.jpg" in pages.words()
    assert pages.at.text_area(key="create prompt").value == "kept words"
    pages.choose_card(first_card(pages))
    pages.press(BUTTON)
    sent = pages.posted(CREATE)[-1]
    assert sent.keys() >= {"imageUrl", "motionUrl", "model_name"}
    assert not sent.keys() & {"workId", "image", "duration", "sound_effect"}
    assert sent["prompt"] == "kept words"
    assert "Kling has accepted it" in pages.words()


def test_what_both_generations_have_is_kept_when_the_motion_changes(pages: Pages) -> None:
    ready(pages)
    pages.at.segmented_control(key="create mode").set_value("pro").run()
    pages.sandbox.lever("generation", generation=2)
    pages.press("Choose another motion")
    pages.look_again()
    pages.choose_card(first_card(pages))
    assert pages.at.segmented_control(key="create mode").value == "pro"
    assert "create duration" not in keys(pages)


def test_where_motions_are_videos_one_upload_makes_the_motion(pages: Pages, tmp_path: Path) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.open("upload.py")
    assert "3 to 30 seconds" in pages.at.file_uploader(key="clip").label
    assert "With more than 10 seconds, the person can face only as in the motion" in pages.at.file_uploader("clip").help
    data = clip(tmp_path / "long.mp4", 12.0, rate=4).read_bytes()
    pages.at.file_uploader(key="clip").set_value(("long.mp4", data, "video/mp4")).run()
    pages.settle()
    pages.press("Send it to Kling")
    pages.look_again()
    assert "Your motion is ready" in pages.words()
    assert pages.posted("/videos/motion-upload") == []
    assert len(pages.posted("/assets/")) == 1


def test_where_motions_are_extracted_the_old_limits_hold(pages: Pages) -> None:
    pages.open("upload.py")
    assert "2 to 10 seconds" in pages.at.file_uploader(key="clip").label
    assert "face" not in pages.at.file_uploader("clip").help


@pytest.mark.parametrize("whose", ["Ours", "Kling's own"])
def test_a_motion_that_has_no_name_can_be_given_one(pages: Pages, whose: str) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.sandbox.upload(mp4(3.5, 720, 1280), "video/mp4")
    pages.open("motions.py")
    name = next(card["name"] for card in pages.cards() if card["source"] == whose)
    assert name.startswith("Motion")
    pages.choose_card(name)
    given = next(field for field in pages.at.text_input if (field.key or "").startswith("name "))
    given.set_value("Victory dance").run()
    pages.settle()
    assert "Victory dance" in pages.card_names()


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
    [body] = pages.posted(CREATE)
    assert body["motionDirection"] == "motion_direction"


def test_a_table_takes_the_names_that_stand_on_the_cards(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    link = pages.sandbox.own_reference()
    pages.open("motions.py")
    card = next(card for card in pages.cards() if card["source"] == "Ours")
    pages.choose_card(card["name"])
    assert f"its id names it too: {wording.plain(card['key'])}" in pages.words()
    shared.names().give(card["key"], "Victory dance")
    pages.at.session_state["looked at"] = None
    pages.at.switch_page("create.py").run()
    pages.at.segmented_control(key="batch how").set_value("From a table").run()
    pages.at.file_uploader(key="batch table").set_value(
        ("videos.csv", b"picture,motion\na.jpg,victory dance\n", "text/csv")
    )
    pages.at.file_uploader(key="batch pictures").set_value([("a.jpg", picture(), "image/jpeg")]).run()
    pages.press("Make 1 video")
    [body] = pages.posted(CREATE)
    assert body["motionUrl"] == link


def nothing_shown(*lists: Snapshot[Any]) -> str:
    return panels.nothing_fits(list(lists))


def test_no_list_that_is_missing_counts_as_one_without_motions() -> None:
    here, coming = Snapshot[list[Any]]([]), Snapshot[list[Any]](is_looking=True)
    failed = Snapshot[list[Any]](error=BadRequest(400, "no"))
    assert nothing_shown(here, here) == "No motion fits. Search for less, or upload one."
    assert "still on their way" in nothing_shown(coming, here)
    assert nothing_shown(failed, failed) == nothing_shown(here, failed) == nothing_shown(coming, failed)
    assert "not all motions could be loaded" in nothing_shown(here, failed)


def test_lists_that_failed_are_not_shown_as_a_library_in_which_nothing_fits(pages: Pages) -> None:
    fail_lists(pages)
    pages.open("motions.py")
    [drawn] = pages.empty_words()
    assert drawn == "Nothing to show: not all motions could be loaded."


def test_a_length_that_only_kling_knows_is_refused_in_words() -> None:
    told = wording.explain(BadRequest(400, "MOTION.DURATION_MORE_THAN_EXPECTED"))
    assert "longer than Kling takes" in told.what
    assert "10 seconds" in told.next


def test_names_and_stars_hold_to_a_motion_whose_id_is_text(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.sandbox.upload(mp4(3.5, 720, 1280), "video/mp4")
    pages.open("motions.py")
    card = next(card for card in pages.cards() if card["source"] == "Ours")
    assert not card["key"].isdigit()
    pages.tell("picker", "star", {"key": card["key"], "on": True})
    pages.choose_card(card["name"])
    pages.at.text_input(key=f"name {card['key']}").set_value("Victory dance").run()
    pages.look_again()
    again = next(card for card in pages.cards() if card["source"] == "Ours")
    assert (again["key"], again["name"], again["star"]) == (card["key"], "Victory dance", True)


def delete_own(pages: Pages) -> None:
    """From its card to the end of the deletion."""
    pages.choose_card(next(card["name"] for card in pages.cards() if card["source"] == "Ours"))
    pages.press("Delete")
    pages.press("Delete for good")
    pages.settle()


def test_a_motion_that_is_a_video_is_deleted_though_its_id_is_not_that_of_the_upload(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.sandbox.own_reference()
    pages.open("motions.py")
    delete_own(pages)
    assert pages.sandbox.get("/videos/motions", mine="true").json() == []
    assert "Ours" not in {card["source"] for card in pages.cards()}


def test_a_motion_whose_upload_is_nowhere_listed_stays_and_the_page_says_so(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.sandbox.own_reference()
    pages.open("motions.py")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KlingClient, "list_uploads", lambda *_, **__: [])
        delete_own(pages)
    assert "nothing was deleted" in pages.words()
    assert "Delete the motion in Kling itself" in pages.words()
    assert len(pages.sandbox.get("/videos/motions", mine="true").json()) == 1


def fail_lists(pages: Pages) -> None:
    pages.sandbox.lever("trouble", kind="error", method="GET", path="/videos/motions")


def test_lists_that_cannot_be_read_do_not_make_the_service_an_old_one(pages: Pages, tmp_path: Path) -> None:
    pages.sandbox.lever("generation", generation=2)
    fail_lists(pages)
    pages.open("upload.py")
    assert "3 to 30 seconds" in pages.at.file_uploader(key="clip").label
    assert "has a fault" in pages.words()
    data = clip(tmp_path / "dance.mp4", 3.5, rate=4).read_bytes()
    pages.at.file_uploader(key="clip").set_value(("dance.mp4", data, "video/mp4")).run()
    pages.settle()
    assert "Cover" not in [each.value for each in pages.at.subheader]
    pages.press("Send it to Kling")
    assert "Your motion is ready" in pages.words()
    assert pages.posted("/videos/motion-upload") == []
    pages.press("Use it")
    pages.at.switch_page("create.py").run()
    pages.settle()
    assert {"create model", "create direction"} <= keys(pages)
    pages.choose_picture(picture())
    pages.press(BUTTON)
    assert "Kling has accepted it" in pages.words()


def test_create_offers_the_options_of_today_while_no_list_tells(pages: Pages) -> None:
    fail_lists(pages)
    pages.open()
    assert {"create model", "create direction"} <= keys(pages)
    assert "create duration" not in keys(pages)


@pytest.mark.parametrize(("seconds", "told"), [(2.5, "2 to 10 seconds"), (5.0, "3 to 30 seconds")])
def test_uploads_tell_where_the_lists_of_motions_do_not(pages: Pages, seconds: float, told: str) -> None:
    pages.sandbox.upload(mp4(seconds, 720, 1280), "video/mp4")
    fail_lists(pages)
    pages.open("upload.py")
    assert told in pages.at.file_uploader(key="clip").label


def test_a_clip_that_was_chosen_before_the_lists_came_follows_what_they_tell(pages: Pages, tmp_path: Path) -> None:
    fail_lists(pages)
    pages.open("upload.py")
    data = clip(tmp_path / "dance.mp4", 3.5, rate=4).read_bytes()
    pages.at.file_uploader(key="clip").set_value(("dance.mp4", data, "video/mp4")).run()
    pages.settle()
    pages.sandbox.lever("trouble", kind=None)
    pages.look_again()
    assert "Cover" in [each.value for each in pages.at.subheader]


def test_motions_that_kling_gives_no_name_can_be_told_apart(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.open("motions.py")
    names = pages.card_names()
    assert names[0] == "Motion 12345 of 1 January 2026, 4 s"
    assert len(set(names)) == len(names) > 10
