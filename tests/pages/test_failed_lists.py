"""Lists of motions that cannot be read: what the pages then say, and which generation they take the service for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kling import BadRequest
from kling.feed import Snapshot
from pages.ui import panels
from tests.media.samples import clip, picture
from tests.pages.app_test import Pages
from tests.sandbox_server import mp4

BUTTON = "Make the video"


def nothing_shown(*lists: Snapshot[Any]) -> str:
    return panels.nothing_fits(list(lists))


def test_no_list_that_is_missing_counts_as_one_without_motions() -> None:
    here, coming = Snapshot[list[Any]]([]), Snapshot[list[Any]](looking_since=0.0)
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
    assert {"create model", "create direction"} <= pages.fields()
    pages.choose_picture(picture())
    pages.press(BUTTON)
    assert "Kling has accepted it" in pages.words()


def test_create_offers_the_options_of_today_while_no_list_tells(pages: Pages) -> None:
    fail_lists(pages)
    pages.open()
    assert {"create model", "create direction"} <= pages.fields()
    assert "create duration" not in pages.fields()


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
