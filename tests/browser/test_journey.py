"""The whole way, as a person goes it: from a clip and a picture to a video that plays."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Stand, give
from tests.media.samples import clip, picture

PLAYS = "() => [...document.querySelectorAll('video')].some(v => v.readyState >= 2 && v.videoWidth > 0)"


@pytest.mark.parametrize("mode", ["stand", "reference_stand", "practice"])
def test_from_a_picture_to_a_video(mode: str, page: Page, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    stand: Stand = request.getfixturevalue(mode)
    page.goto(f"{stand.url}/upload")
    give(page, clip(tmp_path / "my dance.mp4", 3.5))
    expect(page.get_by_text("my dance.mp4")).to_be_visible()
    expect(page.get_by_text("3.5 s · 720 × 1280")).to_be_visible()
    page.get_by_role("button", name="Send it to Kling").click()
    expect(page.get_by_text("Your motion is ready")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Use it").click()

    expect(page.get_by_role("heading", name="Create a video")).to_be_visible()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    page.wait_for_function(PLAYS)
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()
    page.get_by_role("link", name="See it in Tasks").click()

    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    expect(page.locator(".st-key-task").get_by_text("Ready", exact=True)).to_be_visible(timeout=60_000)
    page.wait_for_function(PLAYS)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download", exact=True).click()
    assert Path(download.value.path()).read_bytes()[4:8] == b"ftyp"

    page.get_by_role("button", name="Delete", exact=False).first.click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Kling no longer has")).to_be_visible()
