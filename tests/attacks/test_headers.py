"""What an answer lets a browser do: nothing but what our own pages need, and no page of ours breaks by that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from kling import Settings
from kling.sandbox import serve
from pages.server.headers import SecurityHeaders
from tests.attacks.pages import settle
from tests.browser.conftest import give, go_by_menu
from tests.media.samples import clip, picture
from tests.processes import Server, live_dashboard, practice_api

EVERY = ("", "tasks", "healthz", "hooks/kling/x", "zip/x", "clips/x", "_stcore/health", "_stcore/host-config",
         "media/x", "component/x", "static/js/none.js", "nowhere")  # fmt: skip
VIOLATION = """
window.violations = [];
addEventListener('securitypolicyviolation', e => window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(VIOLATION)
    return page


def violations(page: Page) -> list[str]:
    return [each for frame in page.frames for each in frame.evaluate("() => window.violations || []")]


@pytest.mark.parametrize("path", EVERY)
def test_every_answer_has_them(server: Server, path: str) -> None:
    headers = requests.get(f"{server.url}/{path}", timeout=30).headers
    rules = headers["Content-Security-Policy"]
    assert "default-src 'self'" in rules
    assert "frame-ancestors 'self'" in rules
    assert "unsafe-eval" not in rules.replace("'wasm-unsafe-eval'", "")
    assert "'unsafe-inline'" not in re.findall("script-src [^;]*", rules)[0]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize(("public", "told"), [("https://desk.example", "max-age=31536000"), (None, None)])
def test_behind_tls_a_browser_is_told_to_stay_with_it(public: str | None, told: str | None) -> None:
    inner = Starlette(routes=[Route("/", lambda _: PlainTextResponse("x"))])
    with serve(Starlette(routes=[Route("/", SecurityHeaders(inner, Settings(public_url=public)))])) as origin:
        assert requests.get(origin, timeout=30).headers.get("Strict-Transport-Security") == told


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Server]:
    """In live mode, with a practice API in Kling's place."""
    with practice_api() as api, live_dashboard(tmp_path, api) as running:
        yield running


def test_no_page_needs_what_they_forbid(live: Server, page: Page, tmp_path: Path) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    found: list[str] = []
    page.goto(live.url)
    for path in ("account", "motions", "upload", ""):
        go_by_menu(page, path)
        expect(page.locator("h1")).to_be_visible()
        settle(page)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        found += violations(page)
    page.get_by_role("button", name="Wave", exact=True).click()
    expect(page.get_by_text("Choose another motion")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()
    page.get_by_role("button", name="Make the video").click()
    expect(page.get_by_text("Kling has accepted it")).to_be_visible()
    found += violations(page)
    page.get_by_role("link", name="See it in Tasks").click()
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()
    page.get_by_text("Charts").click()
    expect(page.get_by_test_id("stVegaLiteChart").first).to_be_visible()
    page.get_by_text("Technical details").click()
    settle(page)
    found += violations(page)
    go_by_menu(page, "upload")
    give(page, clip(tmp_path / "dance.mp4", 3.5))
    expect(page.get_by_role("button", name="Send it to Kling")).to_be_visible()
    settle(page)
    assert found + violations(page) == []
    assert [text for text in said if "Content Security Policy" in text or "Refused to" in text] == []
