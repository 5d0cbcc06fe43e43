"""A dashboard to look at, in live and in practice mode, and a page of a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from tests.forking import CAN_FORK, Forks
from tests.processes import dashboard, live_dashboard, practice_api

PATIENCE_MS = 60_000
"""How long a page may take until it shows what it should: long, for a machine may be slow."""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Stand:
    """Where the dashboard under test is, and the practice API behind it."""

    url: str
    sandbox: str


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks | None]:
    """Where servers of these tests come from: as good as new, and there at once. None where a process cannot fork."""
    if not CAN_FORK:
        yield None
        return
    forks = Forks()
    yield forks
    forks.stop()


@pytest.fixture
def stand(tmp_path: Path, forks: Forks | None) -> Iterator[Stand]:
    """The dashboard in live mode, talking to a practice API of its own."""
    with practice_api(forks=forks) as api, live_dashboard(tmp_path, api, forks) as server:
        yield Stand(server.url, api.url)


@pytest.fixture
def reference_stand(tmp_path: Path, forks: Forks | None) -> Iterator[Stand]:
    """The same with a practice API of the second generation, whose motions are videos."""
    with practice_api("--generation", "2", forks=forks) as api, live_dashboard(tmp_path, api, forks) as server:
        yield Stand(server.url, api.url)


@pytest.fixture
def practice(tmp_path: Path, forks: Forks | None) -> Iterator[Stand]:
    """The dashboard as the README starts it: no token, no account, practice mode."""
    with dashboard(tmp_path, forks) as server:
        yield Stand(server.url, "")


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A page of a browser that has been here before, and has forgotten all but the code of the pages."""
    profile.set_default_timeout(PATIENCE_MS)
    page = profile.new_page()
    yield page
    forget(profile, page)
    for each in profile.pages[1:]:  # without one at all the browser would end
        each.close()


def forget(profile: BrowserContext, page: Page) -> None:
    """What pages kept in the browser; the files it has loaded stay."""
    kept = {"origin": urlsplit(page.url)._replace(path="", query="").geturl(), "storageTypes": "local_storage,indexeddb"}
    profile.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    profile.clear_cookies()
    profile.clear_permissions()


def give(page: Page, files: str | Path | FilePayload | list[FilePayload], *, to: Locator | None = None) -> None:
    """Choose files for an uploader (the first one unless told), once the page is at rest.

    Streamlit drops its answer to "where shall I put this file?" when a run of the whole page starts in the same
    hundredth of a second: nobody's hands are as quick as a test's.
    """
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    (to or page.locator("input[type=file]").first).set_input_files(files)
