"""Words that call outside when a page takes them for markdown, a link or HTML: in all answers, and in all inputs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.attacks.colleagues import name_everything
from tests.attacks.pages import settle
from tests.attacks.rewriting import rewriting
from tests.browser.conftest import give, go_by_menu
from tests.media.samples import picture
from tests.processes import TOKEN, dashboard, practice_api
from tests.recorder import Recorder, answer, recording
from tests.sandbox_server import ok

PAGES = ("", "upload", "motions", "tasks", "account", "help")
LINKS = "els => els.map(e => e.href).filter(h => h.startsWith('mailto:') || new URL(h).hostname.includes('evil'))"


@pytest.fixture
def outside() -> Iterator[Recorder]:
    """Where nobody may call."""
    with recording() as found:
        found.will(answer(200, b"", Content_Type="image/png"))
        yield found


@pytest.fixture
def page(page: Page) -> Page:
    """Without the rules of the headers, which would stop what the words may not even try."""
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    return page


def words(outside: Recorder) -> str:
    at = outside.url.removesuffix("/v1/kling")
    return (
        f"![x]({at}/x) <img src='{at}/y'> | ![z]({at}/z) :red[![w]({at}/w)] "
        f"www.evil.example http://evil.example/p evil@evil.example"
    )


def open_path(page: Page, url: str, path: str) -> None:
    """Drawn to its end; by the menu where it leads there, which costs less."""
    if not path or "?" in path:
        page.goto(f"{url}/{path}")
    else:
        go_by_menu(page, path)
    settle(page)
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def links(page: Page) -> list[str]:
    found: list[str] = page.locator("a").evaluate_all(LINKS)
    return found


@pytest.mark.parametrize("kinds_too", [False, True], ids=["texts", "every field"])
def test_no_answer_of_the_service_makes_a_page_call_outside(
    kinds_too: bool, page: Page, outside: Recorder, tmp_path: Path
) -> None:
    told = words(outside)
    with practice_api("--seconds", "1") as api, rewriting(api.url, told, kinds_too=kinds_too) as origin:
        task_id = order(api.url, told)
        with dashboard(tmp_path, KLING_API_TOKEN=TOKEN, KLING_API_URL=f"{origin}/v1/kling") as server:
            for path in (*PAGES, f"tasks?task={task_id}"):
                open_path(page, server.url, path)
                assert links(page) == [], path
            assert "evil.example" in page.locator("body").inner_text().replace("\u2060", "")
    assert outside.seen == []


def test_no_input_makes_a_page_call_outside(page: Page, outside: Recorder, tmp_path: Path) -> None:
    told = words(outside)
    table = f'picture,motion,description\n"{told}","{told}","{told}"\n'
    with dashboard(tmp_path) as server:
        for path in (*PAGES, f"?batch={quote(told)}", f"tasks?words={quote(told)}&task={quote(told)}"):
            open_path(page, server.url, path)
            for field in page.locator("input[type=text]:visible, textarea:visible").all():
                field.fill(told[: int(field.get_attribute("maxlength") or 1000)])
                field.press("Tab")
                settle(page)
            assert links(page) == [], path
        page.goto(server.url)
        page.get_by_text("From a table").click()
        settle(page)
        files = page.locator("input[type=file]")
        expect(page.get_by_text("Get the table")).to_be_visible()
        give(page, {"name": "t.csv", "mimeType": "text/csv", "buffer": table.encode()}, to=files.first)
        expect(page.get_by_text("Nothing was sent")).to_be_visible()
        name = f"{told.replace('/', '_')}.jpg"
        give(page, {"name": name, "mimeType": "image/jpeg", "buffer": picture(20, 20)}, to=files.last)
        expect(page.get_by_text("Repair this picture")).to_be_visible()
        assert links(page) == []
    assert outside.seen == []


def test_nothing_that_a_colleague_names_makes_a_page_call_outside(
    page: Page, outside: Recorder, tmp_path: Path
) -> None:
    told = words(outside)
    one, _, binned = name_everything(tmp_path, told, told.partition(" ")[0])
    of_results = ("results", f"results?id={binned}", "results?show=Bin", f"results?find={quote(told)}")
    written = (f"results?id={one}", "people")
    with dashboard(tmp_path, KLING_BUDGET_PERSON="0") as server:
        for path in ("", *of_results, *written, "account", "spending", f"tasks?whose={quote(told)}", "motions"):
            open_path(page, server.url, path)
            for closed in page.locator("[data-testid=stPopover]:visible button, summary:visible").all():
                if closed.is_visible():
                    closed.click()
                    settle(page)
                    assert links(page) == [], path
                    page.keyboard.press("Escape")
            assert links(page) == [], path
            said = page.locator("body").inner_text().replace("\u2060", "")
            assert "![x]" in said or path not in written, said
    assert outside.seen == []


def order(api: str, prompt: str) -> int:
    """A task whose description holds these words."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    motions = ok(requests.get(f"{api}/v1/kling/videos/motions", headers=headers, timeout=30))
    kind = {**headers, "Content-Type": "image/jpeg"}
    sent = ok(requests.post(f"{api}/v1/kling/assets/", headers=kind, data=picture(), timeout=30))
    body = {"workId": motions[0]["workId"], "image": sent["url"], "prompt": prompt}
    made = ok(requests.post(f"{api}/v1/kling/videos/motion-create", headers=headers, json=body, timeout=30))
    return int(made["task"]["id"])
