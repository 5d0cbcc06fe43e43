"""Signing in and out with a real Chromium and a provider."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.attacks.protected import ADMIN, TEAM, ProtectedDashboard, protected, provider
from tests.browser.conftest import give, go_by_menu, sign_in
from tests.media.samples import picture


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProtectedDashboard]:
    """One for all these tests; in each of them somebody else signs in."""
    with provider() as url, protected(tmp_path_factory.mktemp("team"), url) as found:
        yield found


@pytest.fixture
def second_browser(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def test_a_deep_link_leads_through_the_sign_in_to_its_page(team: ProtectedDashboard, page: Page) -> None:
    sign_in(page, team, "dora", "/tasks?words=wave")
    expect(page.get_by_role("heading", name="Tasks", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{team.url}/tasks?words=wave")
    expect(page.get_by_text("Signed in as Dora")).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies(team.url)}
    assert cookies["_streamlit_user"]["httpOnly"]
    assert "kling_wanted" not in cookies


def test_two_people_have_orders_of_their_own_and_a_trail_that_admins_see(
    team: ProtectedDashboard, page: Page, second_browser: Page
) -> None:
    sign_in(page, team, "ann")
    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()
    go_by_menu(page, "account")
    expect(page.get_by_role("heading", name="How this dashboard is set up")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_text("What everybody did")).not_to_be_visible()
    sign_in(second_browser, team, "admin", "/account")
    expect(second_browser.get_by_text("Signed in as Admin")).to_be_visible()
    expect(second_browser.get_by_text("What everybody did")).to_be_visible()
    with second_browser.expect_download() as download:
        second_browser.get_by_role("button", name="All of it as CSV").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    noted = [line.split(",")[1:3] for line in lines[1:]]
    assert [each for each in noted if each[0] in (ADMIN, f"ann@{TEAM}")] == [
        [ADMIN, "signed in"], [f"ann@{TEAM}", "ordered"], [f"ann@{TEAM}", "signed in"],
    ]  # fmt: skip


def test_signing_out_in_one_tab_ends_the_other_and_says_so(team: ProtectedDashboard, page: Page) -> None:
    sign_in(page, team, "olaf")
    expect(page.get_by_role("heading", name="Create a video")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{team.url}/tasks")
    expect(other.get_by_role("heading", name="Tasks", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("end_session"))
    expect(other).to_have_url(re.compile(re.escape(f"{team.provider}/oauth2/authorize")))
    page.get_by_role("button").first.click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(re.escape(f"{team.provider}/oauth2/authorize")))


def test_who_is_blocked_reads_so_in_the_page_that_is_open(team: ProtectedDashboard, page: Page) -> None:
    sign_in(page, team, "bob")
    expect(page.get_by_role("heading", name="Create a video")).to_be_visible()
    team.register().block(f"bob@{TEAM}")
    expect(page.get_by_text(f"Ask {ADMIN} to let you in")).to_be_visible()


def test_a_sign_in_that_is_not_completed_says_so(team: ProtectedDashboard, page: Page) -> None:
    page.goto(team.url)
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_text("The sign-in was not completed.")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(re.escape(team.provider)))
