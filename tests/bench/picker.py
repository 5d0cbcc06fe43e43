"""What two hundred cards cost the browser, beside the smallest page there is: `python -m tests.bench.picker`.

Milliseconds that Chromium spends in scripts until the page is drawn, and what is fetched besides it.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.processes import chromium, free_port, started

ROUNDS = 7


def page(script: str) -> list[str]:
    path = str(Path(__file__).with_name(script))
    return ["streamlit", "run", path, "--server.port", str(free_port()), "--server.headless", "true"]


def script_ms(browser: Browser, url: str, drawn: str) -> tuple[float, int]:
    """Script time in ms, and how many covers or videos were asked for."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url) if "/none/" in request.url else None)
    metrics = context.new_cdp_session(tab)
    metrics.send("Performance.enable")
    tab.goto(url)
    tab.locator(drawn).first.wait_for(timeout=60_000)
    found = {each["name"]: each["value"] for each in metrics.send("Performance.getMetrics")["metrics"]}
    context.close()
    return 1000 * found["ScriptDuration"], len(asked)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        started(page("many_cards.py"), KLING_DATA_DIR=folder) as cards,
        started(page("hello.py")) as hello,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
    ):
        ours, asked, theirs = [], 0, []
        for _ in range(ROUNDS):
            took, asked = script_ms(browser, cards.url, ".card >> nth=199")
            ours.append(took)
            theirs.append(script_ms(browser, hello.url, "text=Hello, world")[0])
    print(f"script time, 200 cards    {statistics.median(ours):6.0f} ms   to reach 1000")
    print(f"script time, Hello, world {statistics.median(theirs):6.0f} ms")
    print(f"covers and videos fetched {asked:6} of 400")


if __name__ == "__main__":
    main()
