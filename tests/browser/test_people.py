"""Who in the picture is to move: marked on the picture by mouse and by keyboard, and sent as Kling counts."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, give
from tests.media.samples import picture


def zone(page: Page, number: int) -> Locator:
    return page.get_by_role("button", name=f"Zone {number} of 10 from the left")


def fill(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "group.png", "mimeType": "image/png", "buffer": picture(900, 600, "PNG")})
    expect(zone(page, 1)).to_be_visible()


def sent(page: Page) -> Locator:
    """What the page says will be sent, once it says so."""
    page.get_by_text("For programmers").click()
    body = page.get_by_test_id("stCode").first
    expect(body).to_contain_text("mode")
    return body


def test_people_are_marked_by_clicks_and_counted_from_the_left(practice: Site, page: Page) -> None:
    fill(page, practice)
    expect(page.get_by_text("More than one person in it?")).to_be_hidden()
    page.get_by_alt_text("The chosen picture").hover(force=True)
    expect(page.get_by_text("More than one person in it?")).to_be_visible()
    for number in (8, 2, 5):
        zone(page, number).click()
    expect(page.get_by_text("Person 2 of 3, counted from the left, is to move.")).to_be_visible()
    expect(zone(page, 5)).to_have_attribute("aria-pressed", "true")
    expect(zone(page, 8)).to_have_accessible_name("Zone 8 of 10 from the left: person 3 of 3")
    zone(page, 8).click()
    expect(page.get_by_text("Person 3 of 3")).to_be_visible()
    expect(sent(page)).to_contain_text('"character_id": 2')


def test_by_keyboard_one_mark_less_and_none_on_another_picture(practice: Site, page: Page) -> None:
    fill(page, practice)
    zone(page, 1).focus()
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_text("Person 2 of 2")).to_be_visible()
    expect(zone(page, 5)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("One person is marked.")).to_be_visible()
    expect(zone(page, 1)).to_have_attribute("aria-pressed", "true")
    body = sent(page)
    expect(body).not_to_contain_text("character_id")

    zone(page, 9).click()
    expect(page.get_by_text("Person 2 of 2")).to_be_visible()
    expect(body).to_contain_text('"character_id": 1')
    page.get_by_role("button", name="Choose another picture").click()
    give(page, {"name": "other.webp", "mimeType": "image/webp", "buffer": picture(400, 700, "WEBP")})
    expect(page.get_by_text("other.webp")).to_be_visible()
    expect(page.get_by_text("Person 2 of 2")).to_have_count(0)
    expect(zone(page, 9)).to_have_attribute("aria-pressed", "false")
    expect(body).not_to_contain_text("character_id")
