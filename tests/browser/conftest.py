"""A dashboard to look at, in live and in practice mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.attacks.protected import ProtectedDashboard
from tests.processes import dashboard_at, live_dashboard, practice_api, usual_port


@dataclass(frozen=True)
class Site:
    """Where the dashboard under test is, and the practice API behind it."""

    url: str
    sandbox: str


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The dashboard in live mode, talking to a practice API of its own."""
    with practice_api() as api, live_dashboard(tmp_path, api) as server:
        yield Site(server.url, api.url)


@pytest.fixture
def reference_site(tmp_path: Path) -> Iterator[Site]:
    """The same with a practice API of the second generation, whose motions are videos."""
    with practice_api("--generation", "2") as api, live_dashboard(tmp_path, api) as server:
        yield Site(server.url, api.url)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Site]:
    """The dashboard as the README starts it: no token, no account, practice mode; a video takes four seconds."""
    with dashboard_at(usual_port(), tmp_path, program="tests.browser.short_videos") as server:
        yield Site(server.url, "")


def give(page: Page, files: str | Path | FilePayload | list[FilePayload], *, to: Locator | None = None) -> None:
    """Choose files for an uploader (the first one unless told), once the page is at rest.

    Streamlit drops its answer to "where shall I put this file?" when a run of the whole page starts in the same
    hundredth of a second: nobody's hands are as quick as a test's.
    """
    uploader = to or page.locator("input[type=file]").first
    uploader.wait_for(state="attached")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    uploader.set_input_files(files)


def sign_in(page: Page, team: ProtectedDashboard, name: str, path: str = "/", **claims: object) -> None:
    """Make somebody known to the provider, and have a browser come in by it."""
    team.introduce(name, **claims)
    page.goto(team.url + path)
    expect(page).to_have_url(re.compile(re.escape(team.provider)))
    page.get_by_placeholder("sub").fill(name)
    page.get_by_role("button", name="Authorize", exact=True).click()


def download_of(page: Page) -> Locator:
    """Where a video is downloaded: a button while only Kling has it, and a link from the moment it is kept here too."""
    return page.get_by_role("button", name="Download", exact=True).or_(
        page.get_by_role("link", name="Download", exact=True)
    )
