"""A person whose Chromium knows where the name of the proxies is, and who lies about where they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright

from tests.attacks.protected import provider
from tests.deploy.proxies.stage import RESOLVE
from tests.processes import chromium

ELSEWHERE = "203.0.113.9"
FORGED = {"X-Forwarded-For": ELSEWHERE, "X-Real-Ip": ELSEWHERE, "Forwarded": f"for={ELSEWHERE}"}


@pytest.fixture
def page(playwright: Playwright) -> Iterator[Page]:
    """It trusts the proxies' certificates."""
    size = {"width": 1280, "height": 900}
    with chromium(playwright, RESOLVE) as browser:
        yield browser.new_context(ignore_https_errors=True, viewport=size, extra_http_headers=FORGED).new_page()  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def signing_provider() -> Iterator[str]:
    with provider() as url:
        yield url
