"""The pages with either generation of motions, and with a service that changes from one to the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kling import KlingClient
from pages.ui import wording
from pages.ui.session import shared
from tests.media.samples import clip, picture
from tests.pages.app_test import Pages
from tests.sandbox_server import mp4

CREATE = "/videos/motion-create"
BUTTON = "Make the video"


def test_create_shows_just_the_fields_of_the_chosen_motions_generation(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.compose()
    assert {"create mode", "create model", "create direction", "create keep_audio", "create prompt"} <= pages.fields()
    assert not {"create duration", "create person", "create mirror", "create sound", "create max_jobs"} & pages.fields()
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
    pages.compose()
    pages.at.text_area(key="create prompt").set_value("kept words").run()
    pages.sandbox.lever("generation", generation=2)
    pages.press(BUTTON)
    assert "no longer takes motions of the kind that was chosen" in pages.words()
    assert "Nothing was charged" in pages.words()
    pages.press("Load the motions again")
    pages.settle()
    assert "person.jpg" in pages.words()
    assert pages.at.text_area(key="create prompt").value == "kept words"
    pages.choose_card(pages.card_names()[0])
    pages.press(BUTTON)
    sent = pages.posted(CREATE)[-1]
    assert sent.keys() >= {"imageUrl", "motionUrl", "model_name"}
    assert not sent.keys() & {"workId", "image", "duration", "sound_effect"}
    assert sent["prompt"] == "kept words"
    assert "Kling has accepted it" in pages.words()


def test_what_both_generations_have_is_kept_when_the_motion_changes(pages: Pages) -> None:
    pages.compose()
    pages.at.segmented_control(key="create mode").set_value("pro").run()
    pages.sandbox.lever("generation", generation=2)
    pages.press("Choose another motion")
    pages.look_again()
    pages.choose_card(pages.card_names()[0])
    assert pages.at.segmented_control(key="create mode").value == "pro"
    assert "create duration" not in pages.fields()


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


def test_motions_that_kling_gives_no_name_can_be_told_apart(pages: Pages) -> None:
    pages.sandbox.lever("generation", generation=2)
    pages.open("motions.py")
    names = pages.card_names()
    assert names[0] == "Motion 12345 of 1 January 2026, 4 s"
    assert len(set(names)) == len(names) > 10
