"""Orders in a real browser: paid once whatever a person does, and found again after a reload."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, give, go_by_menu, live_site
from tests.media.samples import clip, picture


def fill(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()


def test_a_reload_in_the_middle_of_an_upload_changes_nothing_and_it_is_found_again(
    site: Site, page: Page, tmp_path: Path
) -> None:
    before = site.posted("/videos/motion-upload")
    page.goto(f"{site.url}/upload")
    give(page, clip(tmp_path / "dance.mp4", 3.0))
    expect(page.get_by_text("dance.mp4")).to_be_visible()
    site.trouble(kind="slow", seconds=4.0, method="POST", path="/assets", times=1)
    page.get_by_role("button", name="Send it to Kling").click()
    expect(page.get_by_text("Sending the video")).to_be_visible()
    page.reload()
    expect(page.get_by_text("dance").first).to_be_visible()
    expect(page.get_by_text("Ready: dance")).to_be_visible(timeout=60_000)
    assert site.posted("/videos/motion-upload") == before + 1


def test_a_lost_answer_is_found_and_the_page_never_shows_an_exception(site: Site, page: Page) -> None:
    fill(page, site)
    before = site.posted("/videos/motion-create")
    site.trouble(kind="drop", when="after", method="POST", path="motion-create", times=1)
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible(timeout=30_000)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    assert site.posted("/videos/motion-create") == before + 1


def test_what_was_not_sent_can_be_taken_back(site: Site, page: Page) -> None:
    fill(page, site)
    site.trouble(kind="busy", seconds=60, method="POST", path="motion-create")
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("goes on by itself")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("This was cancelled. Kling has no task of it, so nothing was charged.")).to_be_visible()
    site.trouble(kind=None)


def test_whoever_looks_elsewhere_is_told_by_the_title_of_the_tab(site: Site, page: Page) -> None:
    fill(page, site)
    page.evaluate("() => { document.hasFocus = () => false }")
    page.get_by_role("button", name="Make the video").click()
    page.get_by_role("link", name="Motions").click()
    expect(page).to_have_title(re.compile(r"^\(1\) Finished · Motions"))
    expect(page.get_by_text("Ready: person · Wave")).to_be_visible()
    go_by_menu(page, "help")
    expect(page).to_have_title(re.compile(r"^\(1\) Finished · Help"))
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(page).to_have_title(re.compile("^Help"))


def test_the_browsers_own_notice_is_asked_for_by_a_button_and_then_comes(page: Page, tmp_path: Path) -> None:
    """A headless browser shows no notices: what would be shown is written down in its place."""
    page.add_init_script(
        """window.shown = [];
           window.Notification = class { constructor(title, more) { window.shown.push(`${title}: ${more.body}`) } };
           Notification.permission = "default";
           Notification.requestPermission = async () => (Notification.permission = "granted");"""
    )
    with live_site(tmp_path, "--seconds", "12") as site:
        fill(page, site)
        page.get_by_role("button", name="Make the video").click()
        expect(page.get_by_text("Kling has accepted it")).to_be_visible()
        site.trouble(kind="down", method="GET", path="/tasks")
        page.get_by_role("link", name="Motions").click()
        page.get_by_role("button", name="Tell me when it is finished").click()
        expect(page.get_by_role("button", name="Tell me when it is finished")).to_be_hidden()
        site.trouble(kind=None)
        page.wait_for_function("() => window.shown.length", timeout=60_000)
        assert page.evaluate("window.shown") == ["Ready: person · Wave"]
