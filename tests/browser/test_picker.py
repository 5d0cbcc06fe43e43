"""The picker in front of a person: searching, previews, stars and choosing, by mouse, finger and keyboard."""

from __future__ import annotations

import re

import requests
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Site
from tests.processes import TOKEN
from tests.sandbox_server import mp4


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("listitem").filter(has=page.get_by_role("button", name=name, exact=True))


def choose(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def search(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search by name or tag")


def narrow(page: Page) -> None:
    """By words and by a tag; nothing is narrowed any more then."""
    search(page).press_sequentially("WAV")
    expect(choose(page, "Wave")).to_be_visible()
    expect(choose(page, "Jump")).to_be_hidden()
    expect(page.get_by_role("status").filter(has_text="1 of")).to_be_visible()
    search(page).fill("nothing like it")
    expect(page.get_by_text("No motion fits")).to_be_visible()
    search(page).fill("")
    tag = page.get_by_role("button", name="jump", exact=True)
    tag.click()
    expect(choose(page, "Jump")).to_be_visible()
    expect(choose(page, "Wave")).to_be_hidden()
    tag.click()
    expect(choose(page, "Wave")).to_be_visible()


def test_on_motions_previews_move_words_and_stars_narrow_and_what_is_typed_and_starred_stays(
    practice: Site, page: Page
) -> None:
    page.goto(f"{practice.url}/motions")
    expect(choose(page, "Wave")).to_be_visible()
    video = page.locator(".picker video")
    expect(video).to_have_count(0)  # nothing is loaded before the pointer is on it
    card(page, "Wave").hover()
    expect(video).to_have_count(1)
    page.wait_for_function("v => v.currentTime > 0", arg=video.element_handle())
    page.mouse.move(2, 2)
    expect(video).to_have_count(0)

    narrow(page)
    search(page).fill("jump")
    star = page.get_by_role("button", name="Favourite: Jump")
    card(page, "Jump").hover()
    star.click()  # the page runs again because of it
    expect(star).to_have_attribute("aria-pressed", "true")
    expect(search(page)).to_have_value("jump")
    expect(choose(page, "Wave")).to_be_hidden()

    page.get_by_role("link", name="Tasks").click()
    expect(page.get_by_role("heading", name="Tasks")).to_be_visible()
    page.reload()
    page.get_by_role("link", name="Motions").click()
    expect(star).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Favourites").click()
    expect(choose(page, "Jump")).to_be_visible()
    expect(choose(page, "Wave")).to_be_hidden()


def test_on_create_words_and_tags_narrow_and_the_keyboard_finds_walks_and_chooses(practice: Site, page: Page) -> None:
    page.goto(practice.url)
    expect(choose(page, "Wave")).to_be_visible()
    narrow(page)
    search(page).focus()
    page.keyboard.press("ArrowDown")
    names = page.locator(".card .name").all_inner_texts()
    expect(choose(page, names[0])).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(choose(page, names[1])).to_be_focused()
    page.keyboard.press("End")
    expect(choose(page, names[-1])).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    expect(search(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Choose another motion")).to_be_visible()
    expect(page.get_by_text(names[0], exact=True)).to_be_visible()


def test_a_finger_plays_by_its_own_button_and_chooses_by_a_tap(practice: Site, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(practice.url)
    page.get_by_role("button", name="Play Wave").tap()
    expect(page.locator(".picker video")).to_have_count(1)
    expect(page.get_by_role("button", name="Choose another motion")).to_have_count(0)
    choose(page, "Wave").tap()
    expect(page.get_by_role("button", name="Choose another motion")).to_be_visible()
    context.close()


LAST_DIGIT_SHOWS = """name => {
  const range = document.createRange(), box = name.getBoundingClientRect();
  const digits = /\\d+/.exec(name.textContent);
  range.setStart(name.firstChild, digits.index);
  range.setEnd(name.firstChild, digits.index + digits[0].length);
  const last = [...range.getClientRects()].pop();
  return name.scrollWidth <= name.clientWidth && last.bottom <= box.bottom + 1;
}"""


def test_the_numbers_of_nameless_motions_can_be_read_to_their_end_on_a_phone(reference_site: Site, page: Page) -> None:
    address = f"{reference_site.sandbox}/v1/kling/assets/"
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "video/mp4"}
    for seconds in (3.0, 4.0):
        requests.post(address, mp4(seconds), headers=headers, timeout=30).raise_for_status()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{reference_site.url}/motions")
    names = page.locator(".card .name").filter(has_text=re.compile(r"^Motion \d{9}"))
    expect(names).to_have_count(2)
    assert names.evaluate_all(f"names => names.map({LAST_DIGIT_SHOWS})") == [True, True]
