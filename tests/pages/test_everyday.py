"""What makes the second visit easier: drafts that are still there, presets, names, what was used lately."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from kling.orders import PictureFile
from pages.ui.session import shared
from pages.ui.session.upload_folder import upload_folder
from tests.media.samples import picture
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox

CREATE = "/videos/motion-create"


def window(sandbox: Sandbox, person: str = "anna") -> Pages:
    """A new window of somebody's, as after a reload."""
    pages = Pages(sandbox)
    pages.at.session_state["person"] = person
    pages.open()
    return pages


def compose(pages: Pages, motion: str = "Wave") -> None:
    pages.choose_card(motion)
    pages.choose_picture(picture(), "anna.jpg")


def test_a_draft_is_as_it_was_after_a_reload_and_nobody_elses(pages: Pages) -> None:
    first = window(pages.sandbox)
    compose(first)
    draft = first.at.session_state["draft"]
    draft.marks, draft.marked = [1, 7], 7
    first.at.segmented_control(key="create duration").set_value("10")
    first.at.text_area(key="create prompt").set_value("a beach").run()
    again = window(pages.sandbox)
    found = again.at.session_state["draft"]
    assert found.motion.name == "Wave"
    assert isinstance(found.picture, PictureFile)
    assert (found.picture.name, found.picture.data) == ("anna.jpg", draft.picture.data)
    assert (found.marks, found.marked) == ([1, 7], 7)
    assert again.at.text_area(key="create prompt").value == "a beach"
    assert again.at.segmented_control(key="create duration").value == "10"
    assert found.id != draft.id, "two windows must not share an order"
    assert window(pages.sandbox, "ben").at.session_state["draft"].motion is None


def test_a_picture_for_which_the_disk_has_no_room_is_not_kept_in_part(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a reload half a picture would be what is sent."""
    whole = Path.write_bytes

    def write_half(path: Path, data: bytes) -> None:
        whole(path, data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    compose(window(pages.sandbox))
    assert list((upload_folder().parent / "drafts").iterdir()) == []
    assert window(pages.sandbox).at.session_state["draft"].picture is None


def test_a_picture_that_was_taken_out_leaves_no_file(pages: Pages) -> None:
    first = window(pages.sandbox)
    compose(first)
    drafts = upload_folder().parent / "drafts"
    assert len(list(drafts.iterdir())) == 1
    first.press("Choose another picture")
    assert list(drafts.iterdir()) == []


def test_after_a_reload_the_order_is_followed_in_place_of_a_new_form(pages: Pages) -> None:
    first = window(pages.sandbox)
    compose(first)
    first.press("Make the video")
    again = window(pages.sandbox)
    assert "Kling has accepted it" in again.words()
    assert again.at.session_state["draft"].id == first.at.session_state["draft"].id
    again.press("With another motion")
    assert "Choose a motion first." in again.words()
    assert "anna.jpg" in again.words()
    assert len(pages.posted(CREATE)) == 1


def test_the_order_of_a_window_is_found_after_a_reload_though_its_draft_is_that_of_another(pages: Pages) -> None:
    compose(window(pages.sandbox))
    ordering, other = window(pages.sandbox), window(pages.sandbox)
    ids = [each.at.session_state["draft"].id for each in (ordering, other)]
    ordering.press("Make the video")
    again = window(pages.sandbox)
    assert again.at.session_state["draft"].id == ids[0]
    assert "Make the video" not in [button.label for button in again.at.button]
    assert len(pages.posted(CREATE)) == 1


def test_the_finished_video_is_shown_where_it_was_ordered_with_its_name(pages: Pages) -> None:
    first = window(pages.sandbox)
    compose(first)
    first.press("Make the video")
    order = first.at.session_state["draft"].id
    pages.sandbox.finish()
    shared.orders().ended(order)
    first.settle()
    assert "The video is ready." in first.words()
    name = next(field for field in first.at.text_input if field.label == "Name")
    assert name.value == "anna · Wave"
    name.set_value("Our opening").run()
    first.at.switch_page("tasks.py").run()
    first.settle()
    assert "Our opening" in str(first.rows())


def test_what_was_used_lately_comes_first(pages: Pages) -> None:
    first = window(pages.sandbox)
    assert first.card_names()[0] != "Jump"
    compose(first, "Jump")
    first.press("Make the video")
    first.press("With another motion")
    assert first.card_names()[0] == "Jump"


def test_a_preset_sets_the_form_for_its_owner_or_for_everybody(pages: Pages) -> None:
    first = window(pages.sandbox)
    first.at.segmented_control(key="create duration").set_value("10").run()
    first.at.segmented_control(key="create mode").set_value("pro").run()
    first.at.text_input(key="preset name").set_value("Long and fine").run()
    first.press("Keep")
    first.at.text_input(key="preset name").set_value("Ours").run()
    first.at.toggle(key="preset is everybodys").set_value(True).run()
    first.press("Keep")
    ben = window(pages.sandbox, "ben")
    assert [button.label for button in ben.at.button if "use preset" in str(button.key)] == ["Ours (everybody's)"]
    assert ben.at.segmented_control(key="create mode").value == "std"
    ben.press("Ours (everybody's)")
    assert ben.at.segmented_control(key="create mode").value == "pro"
    assert ben.at.segmented_control(key="create duration").value == "10"
    first.settle()
    first.press("Long and fine")
    labels = [button.label for button in first.settle().button if "use preset" in str(button.key)]
    assert labels == ["Long and fine", "Ours (everybody's)"]


def test_a_line_at_each_step_goes_for_good_once_it_was_done(pages: Pages) -> None:
    first = window(pages.sandbox)
    lines = ["Rest the pointer on a card", "One person, the whole body", "All of this may stay as it is"]
    assert [line for line in lines if line in first.words()] == lines
    compose(first)
    first.press("Make the video")
    first.press("Make another video")
    assert not [line for line in lines if line in first.words()]
    first.press("Choose another motion")
    assert not [line for line in lines if line in window(pages.sandbox).words()]


def test_help_says_what_files_must_be_and_whom_to_ask(pages: Pages) -> None:
    at = pages.open("help.py")
    assert [heading.value for heading in at.subheader] == ["The way to a video", "Whom to ask", "Words", "Limits"]
    assert "2 to 10 seconds, 720p and 1080p, up to 100 MB" in pages.words()
