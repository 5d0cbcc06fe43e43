"""A dashboard to look at, in live and in practice mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.attacks.protected import ProtectedDashboard
from tests.processes import dashboard_at, live_dashboard, practice_api, usual_port


@dataclass(frozen=True)
class Site:
    """Where the dashboard under test is, and the practice API behind it."""

    url: str
    sandbox: str
    folder: Path
    """Of the dashboard's data."""

    def posted(self, path: str) -> int:
        """How many requests with such an end the practice API has had."""
        calls = requests.get(f"{self.sandbox}/sandbox/calls", timeout=30).json()["calls"]
        return sum(call["method"] == "POST" and call["path"].endswith(path) for call in calls)

    def trouble(self, **what: object) -> None:
        """Faults of the practice API, as `kling.sandbox.api.faults` takes them."""
        requests.post(f"{self.sandbox}/sandbox/trouble", json=what, timeout=30).raise_for_status()


@contextmanager
def live_site(folder: Path, *options: str) -> Iterator[Site]:
    """The dashboard in live mode, talking to a practice API of its own."""
    with practice_api(*options) as api, live_dashboard(folder, api) as server:
        yield Site(server.url, api.url, folder)


def reference_site_in(folder: Path) -> AbstractContextManager[Site]:
    """With a practice API of the second generation, whose motions are videos."""
    return live_site(folder, "--generation", "2")


@contextmanager
def practice_site(folder: Path) -> Iterator[Site]:
    """The dashboard as the README starts it: no token, no account, practice mode; a video takes four seconds."""
    with dashboard_at(usual_port(), folder, program="tests.browser.short_videos") as server:
        yield Site(server.url, "", folder)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One for all tests of a module, each of which is another person's at one account of Kling's."""
    with live_site(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def site_of_its_own(tmp_path: Path) -> Iterator[Site]:
    """The same, just started, at an account of which nothing is known yet."""
    with live_site(tmp_path) as found:
        yield found


@pytest.fixture
def reference_site(tmp_path: Path) -> Iterator[Site]:
    with reference_site_in(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with practice_site(tmp_path_factory.mktemp("practice")) as found:
        yield found


def give(page: Page, files: str | Path | FilePayload | list[FilePayload], *, to: Locator | None = None) -> None:
    """Choose files for an uploader (the first one unless told), once the page is at rest.

    Streamlit drops its answer to "where shall I put this file?" when a run of the whole page starts in the same
    hundredth of a second: nobody's hands are as quick as a test's.
    """
    uploader = to or page.locator("input[type=file]").first
    uploader.wait_for(state="attached")
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    uploader.set_input_files(files)


def go_by_menu(page: Page, path: str) -> None:
    """As one goes who is there already: opening a page by its address has the browser begin anew, which takes long."""
    page.get_by_test_id("stSidebarNav").locator(f"a[href$='/{path}']").click()
    expect(page).to_have_url(re.compile(rf"/{path}$"))


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
