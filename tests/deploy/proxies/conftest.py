"""A page of a Chromium that knows where the name of the proxies is, and trusts their certificates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from tests.deploy.proxies.stage import RESOLVE
from tests.processes import chromium


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    with chromium(playwright, RESOLVE) as browser:
        yield browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 900}).new_page()
