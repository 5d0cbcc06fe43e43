"""Every page for those who see little or use no mouse: what axe-core finds serious, and the way of the Tab key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from pages.ui.session.media_links import PAGES
from tests.browser.conftest import Site, give
from tests.media.samples import clip, picture

# Where the focus is, in components too, and whether one sees it there.
FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  const around = [at, at.parentElement, at.parentElement?.parentElement].filter(Boolean);
  const looks = around.map((each) => getComputedStyle(each));
  const isSeen = looks.some((look) => look.outlineStyle !== 'none' || look.boxShadow !== 'none');
  return { html: at.outerHTML.slice(0, 300), tag: at.tagName, classes: at.className, isSeen } }"""


Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
RULES: dict[Scheme, dict[str, Any]] = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""All of them by day; by night only colours are others."""
END_TRANSITIONS = """() => document.getAnimations().filter((each) => each instanceof CSSTransition)
  .forEach((each) => each.finish())"""


@pytest.fixture
def page(page: Page) -> Page:
    """Without the rules of the headers, which keep foreign scripts out: axe is one."""
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    return page


def serious(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now, by day and by night."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.evaluate(AXE_SCRIPT)
    return [each for scheme in SCHEMES for each in serious_in(page, scheme)]


def serious_in(page: Page, scheme: Scheme) -> list[str]:
    page.emulate_media(color_scheme=scheme)
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate(END_TRANSITIONS)  # a colour half on its way is neither the one nor the other
    found: list[dict[str, Any]] = page.evaluate("async rules => (await axe.run(rules)).violations", RULES[scheme])
    return [
        f"{page.url}, {scheme}: {each['help']}: {[node['html'][:200] for node in each['nodes']]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def test_axe_finds_nothing_serious_on_any_page(practice: Site, page: Page, tmp_path: Path) -> None:
    page.goto(practice.url)
    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()
    found = serious(page)
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_role("button", name="Make another video")).to_be_visible()
    found += serious(page)
    for path in PAGES:
        page.goto(f"{practice.url}/{path}")
        found += serious(page)
    page.goto(f"{practice.url}/tasks")
    page.get_by_role("grid", name="Tasks").locator("tbody").get_by_role("row").first.click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Delete for good")).to_be_visible()
    found += serious(page)
    page.goto(f"{practice.url}/upload")
    give(page, clip(tmp_path / "dance.mp4", 3.5))
    expect(page.get_by_role("button", name="Send it to Kling")).to_be_visible()
    assert found + serious(page) == []


def test_the_tab_key_comes_to_what_one_came_for_and_is_seen_on_its_way(practice: Site, page: Page) -> None:
    page.goto(practice.url)
    expect(page.get_by_role("button", name="Wave", exact=True)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the cards or the table")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".choose").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".choose").nth(1)).to_be_focused()
    for scheme in SCHEMES:
        walk_to_the_cards(page, scheme)


def walk_to_the_cards(page: Page, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme)
    page.reload()
    expect(page.get_by_role("button", name="Wave", exact=True)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_css("color-scheme", scheme)
    steps: list[dict[str, Any]] = []
    while not steps or "choose" not in steps[-1]["classes"]:
        page.keyboard.press("Tab")
        steps.append(page.evaluate(FOCUSED))
        assert len(steps) < 40, steps
    assert [step for step in steps if step["tag"] in ("IFRAME", "BODY") or not step["isSeen"]] == []
