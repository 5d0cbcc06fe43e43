"""What is seen in Chromium: how soon a table is drawn, and what dims meanwhile."""

from __future__ import annotations

import json
import statistics

from playwright.sync_api import Browser, sync_playwright

from tests.processes import chromium

ROUNDS = 9
ROWS = "tbody tr"
HELLO = "[data-testid=stMarkdown] p"
# Seen by the page itself, in components too: asking it from outside would be half a second late at times.
WATCH = """const inside = (root) => [...root.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean);
const look = () => {
  const found = [document, ...inside(document)].map((root) => root.querySelector(%s)).find(Boolean);
  if (found?.getClientRects().length) window.drawn = performance.now();
  else requestAnimationFrame(look) };
look()"""
COUNT_DIMMED = """() => { window.seen = {dimmed: 0, frames: 0}; const look = () => {
  window.seen.frames++;
  const isOutside = e => e.offsetHeight && !e.closest('.st-key-numbers, .st-key-board');
  const dim = e => isOutside(e) && parseFloat(getComputedStyle(e).opacity) < 1;
  if ([...document.querySelectorAll('[data-stale=true]')].some(dim)) window.seen.dimmed++;
  requestAnimationFrame(look) }; look() }"""


def milliseconds_to_draw(board: str, hello: str) -> tuple[float, float]:
    """From the address to the rows one came for, and to a hello-world page's line.

    In browsers that know none of it, in turns.
    """
    wanted = ((board, ROWS), (hello, HELLO))
    with sync_playwright() as playwright, chromium(playwright) as browser:
        rounds = [[milliseconds_until(browser, url, selector) for url, selector in wanted] for _ in range(ROUNDS + 1)]
    rows, line = (statistics.median(times) for times in zip(*rounds[1:], strict=True))
    return rows, line


def milliseconds_until(browser: Browser, url: str, wanted: str) -> float:
    """From the address to the first thing that fits the selector, in a browser that knows none of it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(WATCH % json.dumps(wanted))
    page = context.new_page()
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.drawn", timeout=60_000)
    drawn: float = page.evaluate("window.drawn")
    context.close()
    return drawn


def dimmed_frames(url: str, seconds: float) -> tuple[int, int]:
    """Frames in which anything outside the board was dimmed, and all frames, while it ticked."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(url)
        page.locator(ROWS).first.wait_for()
        page.evaluate(COUNT_DIMMED)
        page.wait_for_timeout(1000 * seconds)
        seen = page.evaluate("window.seen")
    return seen["dimmed"], seen["frames"]
