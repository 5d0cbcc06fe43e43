import gc
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import streamlit as st
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from kling.orders import Pace
from pages.ui.session import shared
from tests.databases import database, postgres_server, postgresql, sqlite
from tests.forking import stop_forks
from tests.pages.app_test import Pages
from tests.processes import chromium_with_profile
from tests.ready_database import put_ready_database
from tests.sandbox_server import START, Sandbox, sandbox_of

__all__ = ["database", "postgres_server", "postgresql", "sqlite"]

# How long an example takes says something about the machine only.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

PATIENCE_MS = 60_000
"""How long a page may take until it shows what it should: long, for a machine may be slow."""
expect.set_options(timeout=PATIENCE_MS)

LONG = {"browser", "deploy", "orders", "attacks"}
"""Folders whose tests start servers, or a browser."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one of this process: a second would not start beside it."""
    with sync_playwright() as found:
        yield found


@pytest.fixture(scope="session")
def profile(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """Of the one browser of this process: what Streamlit's pages are made of is loaded and compiled once."""
    with chromium_with_profile(playwright, tmp_path_factory.mktemp("profile")) as found:
        yield found


@pytest.fixture(scope="session")
def browser(profile: BrowserContext) -> Browser:
    """For contexts of one's own: they know nothing of each other, and load everything anew."""
    assert profile.browser is not None
    return profile.browser


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
    kept = {
        "origin": urlsplit(page.url)._replace(path="", query="").geturl(),
        "storageTypes": "local_storage,indexeddb",
    }
    profile.new_cdp_session(page).send("Storage.clearDataForOrigin", kept)
    profile.clear_cookies()
    profile.clear_permissions()


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with sandbox_of() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """A practice API as if just started: one account, a clock that stands still."""
    running_sandbox.clock.now = START
    running_sandbox.lever("reset")
    return running_sandbox


@pytest.fixture
def pages(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pages]:
    """The dashboard's pages in live mode, with a practice API in Kling's place."""
    monkeypatch.setenv("KLING_API_TOKEN", sandbox.token)
    monkeypatch.setenv("KLING_API_URL", sandbox.url)
    monkeypatch.setenv("KLING_DATA_DIR", str(tmp_path))
    put_ready_database(tmp_path)
    monkeypatch.setattr(shared, "PACE", Pace(settling=0.2, settling_silence=0.2, looks=0.05))
    st.cache_resource.clear()
    yield Pages(sandbox)
    st.cache_resource.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that at the end no worker is left alone with it."""
    items.sort(key=lambda item: not set(item.path.relative_to(item.config.rootpath).parts) & LONG)


def pytest_collection_finish() -> None:
    """Leave the thousands of tests, and all that they import, out of every later search for garbage."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    stop_forks()
    # The practice API of this process takes its leave in the log after pytest has closed what the log is written to.
    logging.raiseExceptions = False
