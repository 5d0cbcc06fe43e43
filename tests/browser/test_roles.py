"""Two people who sign in, of whom one is an admin: a budget that ends, an order let pass, whose is whose, a role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.attacks.protected import ADMIN, TEAM, ProtectedDashboard, protected, provider
from tests.browser.conftest import give, go_by_menu, sign_in
from tests.media.samples import picture


@pytest.fixture
def team(tmp_path: Path) -> Iterator[ProtectedDashboard]:
    with (
        provider() as url,
        protected(tmp_path, url, KLING_BUDGET_TEAM="1000", KLING_TIME_ZONE="Europe/Berlin") as found,
    ):
        yield found


@pytest.fixture
def boss(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def choose_person(boss: Page, name: str) -> None:
    """Rows of Streamlit's table are drawn, not written: the keyboard goes to them."""
    team_table = boss.get_by_test_id("stDataFrame")
    expect(team_table).to_be_visible()
    rows = team_table.locator("tbody tr")
    row = rows.filter(has_text=name).first
    box = team_table.bounding_box()
    assert box is not None
    index = row.get_attribute("aria-rowindex")
    team_table.click(position={"x": 60, "y": 20 + 36 * (int(index or 2) - 1)})
    expect(boss.get_by_role("heading", name=name)).to_be_visible()


def test_a_budget_ends_an_admin_lets_pass_and_each_sees_whose_is_whose(
    team: ProtectedDashboard, page: Page, boss: Page
) -> None:
    sign_in(page, team, "ann")
    sign_in(boss, team, "admin", "/people")
    choose_person(boss, "Ann")
    budget = boss.get_by_role("spinbutton", name="Credits a month")
    budget.fill("0")
    budget.press("Enter")
    expect(boss.get_by_text("Kept.")).to_be_visible()

    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text(re.compile(rf"Your budget for \w+ is used up.*ask {ADMIN}"))).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()

    expect(boss.get_by_text("Ann waits with 1 order")).to_be_visible()
    boss.get_by_role("button", name="Let it pass").click()
    expect(boss.get_by_text("Ann waits with 1 order")).not_to_be_visible()
    expect(page.get_by_text("See it in Tasks").or_(page.get_by_text("Kling has accepted it")).first).to_be_visible()

    go_by_menu(page, "tasks")
    expect(page.get_by_text("1 task of yours")).to_be_visible()
    page.get_by_role("button", name="Show everybody's").click()
    expect(page.get_by_text("1 task of yours")).not_to_be_visible()
    expect(page).to_have_url(re.compile("whose=Everybody"))

    go_by_menu(boss, "tasks")
    expect(boss.get_by_text("1 task", exact=True)).to_be_visible()
    boss.get_by_role("grid", name="Tasks").get_by_text("Wave").click()
    expect(boss.get_by_text("Who Ann")).to_be_visible()
    assert team.register().role_of(f"ann@{TEAM}") == "maker"

    go_by_menu(boss, "people")
    choose_person(boss, "Ann")
    boss.get_by_role("combobox", name="Role").click()
    boss.get_by_role("option", name="Viewer").click()
    expect(boss.get_by_text("Kept.")).to_be_visible()
    page.goto(team.url)
    expect(page.get_by_text("You may look and download here, but not have videos made")).to_be_visible()
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Tasks")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Create a video|Upload a motion"))).to_have_count(0)
    page.goto(f"{team.url}/people")
    expect(page.get_by_text("Only admins see this page")).to_be_visible()
