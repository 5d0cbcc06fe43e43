"""In a real browser: an order without an answer, two tasks at Kling that may be it, and a person who knows."""

from __future__ import annotations

import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site
from tests.browser.test_orders import fill
from tests.processes import TOKEN


def ask_same(site: Site, count: int) -> list[int]:
    """Somebody else orders the same so many times, with no reference; returns the tasks."""
    api, head = f"{site.sandbox}/v1/kling", {"Authorization": f"Bearer {TOKEN}"}
    picture = requests.get(f"{api}/assets/uploaded/", headers=head, timeout=30).json()["uploadAssetsList"][0]
    motions = requests.get(f"{api}/videos/motions", headers=head, timeout=30).json()
    wave = next(motion for motion in motions if motion["workName"] == "Wave")
    body = {"workId": wave["workId"], "image": picture["resource"]["resource"]}
    answers = [requests.post(f"{api}/videos/motion-create", json=body, headers=head, timeout=30) for _ in range(count)]
    return [answer.json()["task"]["id"] for answer in answers]


def lose(site: Site, page: Page, beside: int) -> list[int]:
    """An order whose request never arrives, while others order the same; returns their tasks."""
    fill(page, site)
    site.trouble(kind="drop", when="before", method="POST", path="motion-create", times=1)
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("Looking whether Kling has it")).to_be_visible()
    tasks = ask_same(site, beside)
    expect(page.get_by_role("button", name="This is it")).to_have_count(beside)
    return tasks


def test_the_task_that_a_person_chooses_is_the_orders(site_of_its_own: Site, page: Page) -> None:
    site = site_of_its_own
    tasks = lose(site, page, 2)
    page.get_by_role("button", name="This is it").nth(1).click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()
    expect(page.get_by_text(f"Task {tasks[1]}")).to_be_visible()
    assert site.posted("/videos/motion-create") == 3


def test_none_of_them_makes_it_again_and_once(site_of_its_own: Site, page: Page) -> None:
    site = site_of_its_own
    tasks = lose(site, page, 1)
    page.get_by_role("button", name="None of these: make it again").click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()
    expect(page.get_by_text(f"Task {tasks[0]}")).to_have_count(0)
    assert site.posted("/videos/motion-create") == 3


def test_none_of_them_can_be_left(site_of_its_own: Site, page: Page) -> None:
    site = site_of_its_own
    lose(site, page, 1)
    page.get_by_role("button", name="None of these: leave it").click()
    expect(page.get_by_text("This was left as it is")).to_be_visible()
    assert site.posted("/videos/motion-create") == 2
