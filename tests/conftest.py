import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from kling.orders import Pace
from pages.ui.session import shared
from tests.pages.app_test import Pages
from tests.processes import chromium_with_profile
from tests.sandbox_server import START, Sandbox, sandbox_of

# How long an example takes says something about the machine only.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


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
    monkeypatch.setattr(shared, "PACE", Pace(settling=0.2, settling_silence=0.2, looks=0.05))
    st.cache_resource.clear()
    yield Pages(sandbox)
    st.cache_resource.clear()


def pytest_sessionfinish() -> None:
    # The practice API of this process takes its leave in the log after pytest has closed what the log is written to.
    logging.raiseExceptions = False
