"""The Tasks page in front of a person: rows move, time passes, upstream comes and goes, links are sent around."""

from __future__ import annotations

import io
import json
import re
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from kling import KlingClient, MotionCreateRequest
from kling.callbacks import callback_purpose, secret_of
from tests.browser.conftest import download_of
from tests.media.samples import picture
from tests.processes import TOKEN, free_port, live_dashboard, practice_api, started
from tests.sandbox_server import sandbox_of

PLAYS = "() => [...document.querySelectorAll('video')].some(v => v.readyState >= 2 && v.videoWidth > 0)"


@dataclass
class TaskBoard:
    """The dashboard, and hands at the practice API behind it."""

    url: str
    sandbox: str
    kling: KlingClient
    image: str = ""
    motion: int = 0

    def order(self, prompt: str = "a dance", reply_url: str | None = None) -> int:
        if not self.image:
            self.image = self.kling.upload_asset(io.BytesIO(picture()), "image/jpeg").url or ""
            self.motion = self.kling.list_motions()[0].work_id or 0
        request = MotionCreateRequest(work_id=self.motion, image=self.image, prompt=prompt, reply_url=reply_url)
        return self.kling.create_motion_video(request).id or 0

    def trouble(self, **what: object) -> None:
        body = json.dumps(what).encode()
        asked = urllib.request.Request(f"{self.sandbox}/sandbox/trouble", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(asked, timeout=10).close()


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TaskBoard]:
    """One for all tests of a module: what one of them orders, the next ones see."""
    folder = tmp_path_factory.mktemp("board")
    with practice_api("--max-jobs", "50") as api, live_dashboard(folder, api) as server:
        yield TaskBoard(server.url, api.url, KlingClient(TOKEN, f"{api.url}/v1/kling"))


def open_board(page: Page, board: TaskBoard, query: str = "") -> None:
    page.goto(f"{board.url}/tasks{query}")
    expect(page.get_by_role("grid", name="Tasks")).to_be_visible()


def rows(page: Page, words: str | re.Pattern[str] = "") -> Locator:
    """Those of the table in which these words stand."""
    return page.get_by_role("grid", name="Tasks").locator("tbody").get_by_role("row").filter(has_text=words)


def wait_for_row(page: Page, words: str) -> None:
    expect(rows(page, words).first).to_be_visible()


def choose_row(page: Page, words: str) -> None:
    rows(page, words).click()
    expect(page.get_by_role("heading", name=words)).to_be_visible()


WITH_SIGNS = "a | b *c* _d_ $1 to $2 :red[e] <b>f</b> `g` [h](i) ![j](k) \\ ~l~ # äß"


def test_on_a_phone_tasks_are_cards_that_a_finger_chooses(browser: Browser, board: TaskBoard) -> None:
    """The first of this file: it finds the board empty, and leaves it so."""
    for words in (WITH_SIGNS, "the second", "[fail] the third"):
        board.order(words)
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    open_board(page, board)
    expect(rows(page, "Ready")).to_have_count(2)
    card = rows(page, f"Wave · {WITH_SIGNS}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [each.bounding_box() for each in rows(page).all()]
    assert all(box is not None and box["x"] + box["width"] <= 390 for box in boxes)
    filters = page.locator(".st-key-task-filters :is(button, input, label)")
    boxes = [each.bounding_box() for each in filters.all() if each.is_visible()]
    assert boxes
    assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)
    expect(card).to_be_in_viewport()
    card.tap()
    expect(page.get_by_role("heading", name=WITH_SIGNS)).to_be_in_viewport()
    expect(download_of(page)).to_be_visible()
    page.get_by_text("Choose several").tap()
    rows(page, "the third").tap()
    expect(page.get_by_role("heading", name="2 tasks chosen")).to_be_visible()
    page.get_by_role("button", name="Choose all 3 of these").tap()
    expect(page.get_by_role("heading", name="3 tasks chosen")).to_be_visible()
    page.get_by_role("button", name="Delete").tap()
    page.get_by_role("button", name="Delete 3 for good").tap()
    expect(page.get_by_text("Nothing here yet")).to_be_visible()
    context.close()


DIMMED = """() => { window.dimmed = []; const look = () => {
  for (const e of document.querySelectorAll('[data-stale=true]'))
    if (e.offsetHeight && getComputedStyle(e).opacity < 1
        && !e.closest('.st-key-numbers, .st-key-board, .st-key-count'))
      window.dimmed.push(e.outerHTML.slice(0, 300));
  window.looking = requestAnimationFrame(look) }; look() }"""


def test_rows_that_come_dim_nothing_and_leave_the_choice_and_the_focus_and_stay_while_upstream_is_away(
    page: Page, board: TaskBoard
) -> None:
    first = board.order("the first of all")
    board.order("walked to")
    open_board(page, board)
    wait_for_row(page, "walked to")
    page.evaluate(DIMMED)
    for number in range(3):
        board.order(f"another {number}")
        wait_for_row(page, f"another {number}")
    assert page.evaluate("() => { cancelAnimationFrame(window.looking); return window.dimmed }") == []

    choose_row(page, "the first of all")
    expect(page).to_have_url(f"{board.url}/tasks?task={first}")
    for number in range(3):
        board.order(f"a later one {number}")
    wait_for_row(page, "a later one 2")
    expect(page.locator("tr[aria-selected=true]")).to_contain_text("the first of all")
    expect(page.get_by_role("heading", name="the first of all")).to_be_visible()
    count = page.get_by_text(f"{len(rows(page).all())} tasks")
    expect(count).to_be_visible()
    below = [count, *page.locator(".st-key-below-table").get_by_role("button").all()]
    boxes = [each.bounding_box() for each in below]
    assert len(boxes) >= 3
    assert len({box and (box["y"] + box["height"] / 2) // 20 for box in boxes}) == 1, "all on one line"

    rows(page, "another 0").focus()
    page.keyboard.press("ArrowDown")
    expect(rows(page, "walked to")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="walked to")).to_be_visible()
    board.order("while it has the focus")
    wait_for_row(page, "while it has the focus")
    expect(rows(page, "walked to")).to_be_focused()
    expect(page.locator("tbody [tabindex='0']")).to_have_count(1)

    board.trouble(kind="down")
    expect(page.get_by_text("What you see is from")).to_be_visible()
    wait_for_row(page, "the first of all")
    board.trouble(kind=None)
    board.order("what came after")
    wait_for_row(page, "what came after")
    expect(page.get_by_text("What you see is from")).to_have_count(0)


def test_typing_and_playing_are_not_disturbed_by_ticks_and_a_link_shows_a_colleague_the_same(
    page: Page, board: TaskBoard
) -> None:
    board.order("a waltz")
    wanted = board.order("a tango")
    task = board.order("a dance to play")
    open_board(page, board, f"?task={task}")
    # Until it is ready another video stands there, the motion's.
    expect(download_of(page)).to_be_visible()
    page.wait_for_function(PLAYS)
    page.locator("video").first.evaluate("v => { v.muted = true; v.dataset.mine = 'yes'; return v.play() }")
    search = page.get_by_label("Search", exact=True)
    search.click()
    search.press_sequentially("a d")
    for number in range(3):
        board.order(f"a dark dance {number}")
    wait_for_row(page, "a dark dance 2")
    search.press_sequentially("ark")
    wait_for_row(page, "a dark dance 0")
    assert search.input_value() == "a dark"
    assert page.locator("video[data-mine=yes]").evaluate("v => !v.paused && v.currentTime > 0")

    search.fill("a ")
    expect(rows(page, re.compile("a (waltz|tango).*Ready"))).to_have_count(2)
    search.fill("tango")
    page.get_by_test_id("stButtonGroup").first.get_by_text("Finished").click()
    expect(rows(page)).to_have_count(1)
    choose_row(page, "a tango")
    page.wait_for_url(f"**task={wanted}**")
    link = page.url
    assert "words=tango" in link
    colleague = page.context.browser.new_context()  # type: ignore[union-attr]
    other = colleague.new_page()
    other.goto(link)
    wait_for_row(other, "a tango")
    expect(rows(other)).to_have_count(1)
    expect(other.get_by_role("heading", name="a tango")).to_be_visible()
    colleague.close()


def test_two_results_play_in_step_and_come_home_in_one_file(page: Page, board: TaskBoard) -> None:
    board.order("in step 1")
    board.order("in step 2")
    open_board(page, board, "?state=Finished")
    expect(rows(page, "in step")).to_have_count(2)
    # In the moment before it is drawn so.
    several, second, first = page.get_by_role("switch", name="Choose several"), *rows(page, "in step").all()
    handles = [each.element_handle() for each in (several, second, first)]
    page.evaluate("elements => elements.forEach(each => each.click())", handles)
    expect(page.get_by_role("heading", name="2 tasks chosen")).to_be_visible()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        """() => { const all = (root) => [...root.querySelectorAll('*')].flatMap(
             e => [...(e.tagName === 'VIDEO' ? [e] : []), ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
           const [a, b] = all(document);
           return a && b && a.currentTime > 0.5 && Math.abs(a.currentTime - b.currentTime) < 0.2 }"""
    )
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 2 videos as one zip").click()
    assert Path(download.value.path()).read_bytes()[:4] == b"PK\x03\x04"


def test_what_kling_tells_us_is_on_the_screen_at_once(page: Page, tmp_path: Path) -> None:
    """The board itself would ask only every ten minutes here: what is seen sooner came by the callback."""
    port = free_port()
    environ = {"KLING_API_TOKEN": TOKEN, "KLING_DATA_DIR": str(tmp_path), "KLING_REFRESH_SECONDS": "600"}
    command = ["streamlit", "run", "app.py", "--server.port", str(port), "--server.headless", "true"]
    # While one is in the making the board looks often: at Kling time stands still, so the first is for long enough.
    with sandbox_of(token=TOKEN) as sandbox:
        sandbox.clock.now = time.time()
        environ |= {"KLING_API_URL": sandbox.url, "KLING_PUBLIC_URL": f"http://127.0.0.1:{port}"}
        hook = f"http://127.0.0.1:{port}/hooks/kling/{secret_of(TOKEN, callback_purpose(None))}"
        with started(command, **environ) as server:
            board = TaskBoard(server.url, sandbox.origin, KlingClient(TOKEN, sandbox.url))
            board.order("known from the start")
            open_board(page, board)
            wait_for_row(page, "known from the start")
            board.order("told by Kling", reply_url=hook)
            sandbox.clock.advance(5)  # Kling calls back when it begins, and when it is done
            wait_for_row(page, "told by Kling")
            sandbox.finish()
            expect(rows(page, re.compile("told by Kling.*Ready"))).to_be_visible()
            expect(page.get_by_text("Ready: ")).to_be_visible()
