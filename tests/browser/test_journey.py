"""The whole way, as a person goes it: from a clip and a picture to a video that plays."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, download_of, give, live_site, practice_site, reference_site_in
from tests.media.samples import clip, picture
from tests.processes import TOKEN

PLAYS = "() => [...document.querySelectorAll('video')].some(v => v.readyState >= 2 && v.videoWidth > 0)"


@pytest.mark.parametrize("opened", [live_site, reference_site_in, practice_site])
def test_from_a_picture_to_a_video(
    opened: Callable[[Path], AbstractContextManager[Site]], page: Page, tmp_path: Path
) -> None:
    with opened(tmp_path) as site:
        go(site, page, tmp_path)


def go(site: Site, page: Page, tmp_path: Path) -> None:
    page.goto(f"{site.url}/upload")
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
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()
    expect(page.locator(".st-key-task").get_by_text("Ready", exact=True)).to_be_visible(timeout=60_000)
    page.wait_for_function(PLAYS)
    with page.expect_download() as download:
        download_of(page).click()
    assert Path(download.value.path()).read_bytes()[4:8] == b"ftyp"

    page.get_by_role("button", name="Delete", exact=False).first.click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("Deleted", exact=True)).to_be_visible()
    expect(page.get_by_role("grid", name="Tasks").get_by_text("Video")).to_have_count(0)


def asked(site: Site, method: str, path: str, **query: str) -> requests.Response:
    """What the practice API answers to a program of its own."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return requests.request(method, f"{site.sandbox}/v1/kling{path}", params=query, headers=headers, timeout=30)


def test_a_motion_whose_id_is_text_from_the_library_to_a_video_and_away(
    reference_site: Site, page: Page, tmp_path: Path
) -> None:
    address = f"{reference_site.sandbox}/v1/kling/assets/"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "video/mp4"}
    requests.post(address, clip(tmp_path / "dance.mp4", 3.5).read_bytes(), headers=headers, timeout=60)
    [motion] = asked(reference_site, "GET", "/videos/motions", mine="true").json()
    assert isinstance(motion["assetId"], str)

    page.goto(f"{reference_site.url}/motions")
    page.get_by_role("button", name="Ours", exact=True).click()
    page.get_by_role("listitem").get_by_role("button", name=re.compile(r"^Motion \d+ of")).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("Victory dance")
    dialog.get_by_role("textbox", name="Name").press("Enter")
    expect(page.get_by_role("dialog", name="Victory dance")).to_be_visible()
    dialog.get_by_role("button", name="Use it").click()

    expect(page.get_by_role("heading", name="Create a video")).to_be_visible()
    expect(page.get_by_text("Victory dance")).to_be_visible()
    expect(page.get_by_text("Version of Kling")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()
    page.get_by_role("link", name="See it in Tasks").click()
    expect(page.locator(".st-key-task").get_by_text("Ready", exact=True)).to_be_visible(timeout=60_000)
    expect(page.locator(".st-key-task").get_by_role("heading", name="Victory dance")).to_be_visible()
    page.wait_for_function(PLAYS)

    page.get_by_role("link", name="Motions").click()
    page.get_by_role("button", name="Ours", exact=True).click()
    page.get_by_role("button", name="Victory dance", exact=True).click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This deletes the motion Victory dance at Kling")).to_be_visible()
    page.get_by_role("button", name="Delete for good").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Victory dance", exact=True)).to_have_count(0)
    assert asked(reference_site, "GET", "/videos/motions", mine="true").json() == []
