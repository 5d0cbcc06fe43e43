"""The pages under a hurried person's hands: cold links, double clicks, an upstream that goes and comes."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, give
from tests.media.samples import clip, picture

CREATE = "/v1/kling/videos/motion-create"
BUTTON = "Make the video"


def compose(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("", "Create a video"),
        ("upload", "Upload a motion"),
        ("motions", "Motions"),
        ("tasks", "Tasks"),
        ("account", "Account"),
        ("help", "Help"),
    ],
)
def test_a_cold_link_opens_the_whole_app_at_its_page(site: Site, page: Page, path: str, title: str) -> None:
    page.goto(f"{site.url}/{path}")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Account")).to_be_visible()
    expect(page.get_by_text("Practice mode")).not_to_be_visible()


def test_a_draft_waits_while_one_looks_elsewhere_and_a_double_click_sends_it_once_with_the_last_words(
    site: Site, page: Page
) -> None:
    compose(page, site)
    page.get_by_role("textbox", name="Description").fill("kept")
    page.get_by_role("link", name="Account").click(delay=150)
    expect(page.get_by_text("Connected.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("textbox", name="Description")).to_have_value("kept")
    expect(page.get_by_text("Choose another picture")).to_be_visible()

    before = site.posted(CREATE)
    page.get_by_role("textbox", name="Description").fill("typed just before the click")
    page.get_by_role("button", name=BUTTON).dblclick()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()
    assert site.posted(CREATE) == before + 1
    recorded = requests.get(f"{site.sandbox}/sandbox/calls", timeout=10).json()["calls"]
    *_, body = [call["body"] for call in recorded if call["path"].endswith(CREATE)]
    assert body["prompt"] == "typed just before the click"


def test_a_reload_while_it_is_sent_makes_no_second_request(site: Site, page: Page) -> None:
    compose(page, site)
    before = site.posted(CREATE)
    page.get_by_role("button", name=BUTTON).click()
    expect(page.get_by_role("button", name=BUTTON)).not_to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Create a video")).to_be_visible()
    page.goto(f"{site.url}/tasks")
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()
    assert site.posted(CREATE) == before + 1


def test_upstream_down_leaves_what_was_there_with_a_sentence_and_comes_back_by_itself(
    site_of_its_own: Site, page: Page
) -> None:
    site = site_of_its_own  # whose tasks have not been seen yet
    page.goto(f"{site.url}/motions")
    expect(page.get_by_role("button", name="Wave", exact=True)).to_be_visible()
    site.trouble(kind="down")
    page.get_by_role("link", name="Tasks").click()
    expect(page.get_by_text("fault or is too busy")).to_be_visible()
    page.get_by_role("link", name="Motions").click()
    expect(page.get_by_role("button", name="Wave", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.get_by_role("link", name="Tasks").click()
    expect(page.get_by_text("fault or is too busy")).to_be_visible()
    site.trouble(kind=None)
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    expect(page.get_by_text("fault or is too busy")).not_to_be_visible()


def test_a_motion_is_looked_at_in_a_dialog_and_used(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/motions")
    page.get_by_role("button", name="Spin", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("video")).to_be_visible()
    dialog.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("heading", name="Create a video")).to_be_visible()
    expect(page.get_by_text("Spin", exact=True)).to_be_visible()


def test_media_of_practice_mode_come_from_where_the_person_opened_the_dashboard(practice: Site, page: Page) -> None:
    elsewhere = practice.url.replace("127.0.0.1", "localhost")
    page.goto(f"{elsewhere}/motions")
    cover = page.get_by_role("button", name="Wave", exact=True).locator("img")
    expect(cover).to_be_visible()
    source = cover.get_attribute("src") or ""
    assert source.startswith(f"{elsewhere}/practice/media/")
    page.wait_for_function("() => [...document.images].every(i => !i.complete || i.naturalWidth > 0)")


def test_nothing_is_wider_than_a_phone(site: Site, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    compose(page, site)
    for path in ("", "upload", "motions", "tasks", "account"):
        page.goto(f"{site.url}/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_after_one_motion_another_can_be_uploaded(site: Site, page: Page, tmp_path: Path) -> None:
    before = site.posted("/v1/kling/videos/motion-upload")
    page.goto(f"{site.url}/upload")
    for name in ("first.mp4", "second.mp4"):
        give(page, clip(tmp_path / name, 2.5))
        expect(page.get_by_text(name)).to_be_visible()
        page.get_by_role("button", name="Send it to Kling").click()
        expect(page.get_by_text("Your motion is ready")).to_be_visible()
        page.get_by_role("button", name="Upload another").click()
    assert site.posted("/v1/kling/videos/motion-upload") == before + 2


def test_practice_mode_shows_the_dashboard_with_either_kind_of_motions(practice: Site, page: Page) -> None:
    page.goto(f"{practice.url}/upload")
    expect(page.get_by_text("2 to 10 seconds")).to_be_visible()
    page.get_by_role("link", name="Account").click()
    page.get_by_role("radio", name="Videos as motions").click()
    expect(page.get_by_role("radio", name="Videos as motions")).to_be_checked()
    page.get_by_role("link", name="Upload a motion").click()
    expect(page.get_by_text("3 to 30 seconds")).to_be_visible()
