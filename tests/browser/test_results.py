"""Results in front of a person: one of last month is found, played, shared, thrown away and put back."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kling.archive import Archive, open_files
from kling.store import Store
from pages.ui.results.view import span
from tests.archive.made_up import DAY, change, fill
from tests.browser.conftest import Site
from tests.media.samples import clip, picture

ALL = """(root) => [...root.querySelectorAll('*')].flatMap(
  e => [...(e.tagName === 'VIDEO' ? [e] : []), ...(e.shadowRoot ? (%s)(e.shadowRoot) : [])])"""
VIDEOS = f"""() => {{ const all = {ALL % "all"}; return all(document).filter(v => v.getAttribute('src')) }}"""
PLAYS = f"() => ({VIDEOS})().some(v => v.readyState >= 2 && v.videoWidth > 0)"


@pytest.fixture
def filled(practice: Site, tmp_path: Path) -> list[str]:
    """Sixty-two results, one of them of last month."""
    store = Store(f"sqlite:///{practice.folder.as_posix()}/orders.sqlite")
    archive = Archive(store, "practice", open_files(str(practice.folder / "archive"), practice.folder))
    video = clip(tmp_path / "a.mp4", 1.0, 180, 320).read_bytes()
    found = fill(archive, 62, time.time(), {"video": video, "cover": picture(180, 320)}, every=60.0)
    since, before = span("last month", datetime.now(UTC))
    assert since is not None
    assert before is not None
    change(archive, found[-1:], finished_at=before - DAY, prompt="the one of last month")
    return found


def test_one_of_last_month_is_found_played_shared_thrown_away_and_put_back(
    practice: Site, filled: list[str], page: Page, browser: Browser
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/video" in request.url else None)
    page.goto(f"{practice.url}/results")
    cards = page.get_by_role("listitem").filter(has=page.get_by_role("button"))
    expect(cards).to_have_count(60)
    expect(page.get_by_text("62 results")).to_be_visible()
    assert not page.evaluate(VIDEOS)
    assert not [url for url in asked if "/kept/" in url]  # no video is loaded before it is wanted

    page.get_by_role("button", name=re.compile("Full screen: .*dancing in the rain")).first.click()
    screen = page.get_by_role("dialog", name="Full screen")
    expect(screen).to_contain_text("dancing in the rain")
    page.wait_for_function(PLAYS)
    page.keyboard.press("ArrowRight")
    expect(screen).to_contain_text("a street at night")
    page.keyboard.press("ArrowLeft")
    expect(screen).to_contain_text("dancing in the rain")
    page.mouse.move(2, 2)  # not on a card, which would play beneath the pointer again
    page.keyboard.press("Escape")
    expect(screen).to_be_hidden()
    page.wait_for_function(f"() => !({VIDEOS})().length")

    page.get_by_role("button", name="More filters").click()
    page.get_by_role("combobox", name="When").click()
    page.get_by_role("option", name="Last month").click()
    expect(cards).to_have_count(1)
    expect(page).to_have_url(f"{practice.url}/results?when=Last+month")
    page.keyboard.press("Escape")
    one = page.get_by_role("button", name="Wave 61 · the one of last month", exact=True)
    one.hover()
    page.wait_for_function(PLAYS)
    one.click()
    expect(page.get_by_role("heading", name="Wave 61 · the one of last month")).to_be_visible()
    expect(page).to_have_url(f"{practice.url}/results?when=Last+month&id={filled[-1]}")

    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_test_id("stCode").filter(has_text="/share/").inner_text().strip()
    outside = browser.new_context().new_page()
    assert outside.goto(link).status == 200  # type: ignore[union-attr]
    outside.wait_for_function("() => document.querySelector('video').readyState >= 1")
    page.get_by_role("button", name="Take back").click()
    expect(page.get_by_text("The link is taken back")).to_be_visible()
    assert outside.goto(link).status == 404  # type: ignore[union-attr]
    expect(outside.get_by_text("This link does not work")).to_be_visible()
    outside.context.close()
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Put in the bin").click()
    expect(page.get_by_text("No result fits the filters.")).to_be_visible()
    page.get_by_role("radio", name="Bin").or_(page.get_by_role("button", name="Bin", exact=True)).click()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Choose Wave 61 · the one of last month").click()
    page.get_by_role("button", name="Put back").click()
    expect(page.get_by_text("No result fits the filters.")).to_be_visible()
    page.goto(f"{practice.url}/results?when=Last+month")
    expect(cards).to_have_count(1)
