"""How many clicks a newcomer needs on a laptop's screen; choosing a file in the dialog is one."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, download_of
from tests.media.samples import clip, picture

PLAYS = "() => [...document.querySelectorAll('video')].some(v => v.readyState >= 2 && v.videoWidth > 0)"
SCROLLED = "() => document.querySelector('[data-testid=stMain]').scrollTop"


class Hands:
    """A person who clicks on what is in sight, and scrolls nothing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, what: Locator) -> None:
        """A click where a person would put it: in the middle of what they see."""
        expect(what).to_be_enabled()
        expect(what).to_be_in_viewport(ratio=0.9)
        box = what.bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.clicks += 1

    def press(self, what: Locator) -> None:
        """The same where a person may have to scroll."""
        what.click()
        self.clicks += 1

    def choose_file(self, button: Locator, path: Path) -> None:
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        with self.page.expect_file_chooser() as chooser:
            self.click(button)
        chooser.value.set_files(path)
        self.clicks += 1


@pytest.fixture
def hands(page: Page) -> Hands:
    page.set_viewport_size({"width": 1280, "height": 800})
    return Hands(page)


def test_the_first_video_takes_four_clicks_and_no_scrolling(practice: Site, hands: Hands, tmp_path: Path) -> None:
    page = hands.page
    (tmp_path / "anna.jpg").write_bytes(picture())
    page.goto(practice.url)
    expect(page.get_by_text("Choose a motion and a picture first.")).to_be_in_viewport()
    hands.click(page.get_by_role("button", name="Wave", exact=True))
    expect(page.get_by_text("Choose a picture first.")).to_be_in_viewport()
    hands.choose_file(page.get_by_role("button", name="Upload", exact=True), tmp_path / "anna.jpg")
    hands.click(page.get_by_role("button", name="Make the video"))
    expect(page.get_by_text("You may leave this page")).to_be_in_viewport()
    expect(page.get_by_text("The video is ready.")).to_be_in_viewport()
    page.wait_for_function(PLAYS)
    assert hands.clicks == 4
    assert page.evaluate(SCROLLED) == 0
    with page.expect_download() as download:
        hands.click(download_of(page))
    assert download.value.suggested_filename == "anna-wave.mp4"
    page.reload()
    expect(page.get_by_text("The video is ready.")).to_be_visible()
    page.get_by_role("link", name="See it in Tasks").click()
    page.get_by_role("button", name="Make another like this").click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    expect(page.get_by_text("anna", exact=True)).to_be_visible()
    for heading in ("1. Motion", "2. Picture"):
        expect(page.get_by_role("heading", name=heading)).to_be_in_viewport()
    assert page.evaluate(SCROLLED) == 0


def test_one_click_makes_a_sample_video_in_practice_mode(practice: Site, hands: Hands) -> None:
    hands.page.goto(practice.url)
    hands.click(hands.page.get_by_role("button", name="Make a sample video"))
    expect(hands.page.get_by_text("The video is ready.")).to_be_in_viewport()
    hands.page.wait_for_function(PLAYS)
    assert hands.clicks == 1


def test_a_phone_video_is_a_usable_motion_with_a_name_after_five_clicks(
    practice: Site, hands: Hands, tmp_path: Path
) -> None:
    page = hands.page
    page.goto(f"{practice.url}/upload")
    hands.choose_file(page.get_by_role("button", name="Upload", exact=True), clip(tmp_path / "Our dance.mp4", 14.0))
    hands.press(page.get_by_role("button", name="Cut it to the chosen part"))
    expect(page.get_by_role("textbox", name="Name of the motion")).to_have_value("Our dance")
    hands.press(page.get_by_role("button", name="Send it to Kling"))
    expect(page.get_by_text("Your motion is ready")).to_be_visible()
    hands.press(page.get_by_role("button", name="Use it"))
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    expect(page.get_by_text("Our dance", exact=True)).to_be_visible()
    assert hands.clicks == 5
