"""The journey of a person who is elsewhere, signs in, and meets the dashboard behind a proxy only."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.attacks.protected import TEAM, ProtectedDashboard
from tests.browser.conftest import download_of, give, sign_in
from tests.deploy.proxies.relay import ADDRESS
from tests.media.samples import clip, picture

MB = 1024 * 1024
PATIENCE_MS = 180_000
"""190 MB are made smaller, while other tests have the machine as well."""
LARGE = 190 * MB
PLAYS = "() => [...document.querySelectorAll('video')].some(v => v.readyState >= 2 && v.videoWidth > 0)"
ASK_FOR_TEN_BYTES = """async () => {
    const video = [...document.querySelectorAll('video')].find(each => each.currentSrc);
    const answer = await fetch(video.currentSrc, {headers: {Range: 'bytes=10-19'}});
    return [new URL(video.currentSrc).host === location.host, answer.status, (await answer.arrayBuffer()).byteLength];
}"""


def large_clip(path: Path) -> Path:
    """A clip of 190 MB that is decoded in no time: most of it is a box that says of itself that it may be skipped."""
    clip(path, 3.5)
    with path.open("ab") as file:
        room = LARGE - file.tell()
        file.write(room.to_bytes(4, "big") + b"free")
        file.truncate(LARGE)
    return path


def go(page: Page, team: ProtectedDashboard, folder: Path) -> None:
    """From the sign-in, a clip of 190 MB and a picture to a video that plays, is asked for in part, and is taken home.

    All of that stands in the audit trail with the address of the person, whatever their browser says.
    """
    sign_in(page, team, "ann", "/upload")
    give(page, large_clip(folder / "my dance.mp4"))
    page.get_by_role("button", name="Make the file smaller").click(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Send it to Kling").click(timeout=PATIENCE_MS)
    expect(page.get_by_text("Your motion is ready")).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("heading", name="Create a video")).to_be_visible()
    give(page, {"name": "person.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(page.get_by_text("Choose another picture")).to_be_visible()
    page.get_by_role("button", name="Make the video").click()
    page.get_by_role("link", name="See it in Tasks").click()
    expect(page.locator(".st-key-task").get_by_text("Ready", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_function(PLAYS)
    assert page.evaluate(ASK_FOR_TEN_BYTES) == [True, 206, 10]
    with page.expect_download(timeout=PATIENCE_MS):
        download_of(page).click(timeout=PATIENCE_MS)
    noted = [(event.person, event.what, event.address) for event in team.audit().latest()]
    assert noted[::-1] == [(f"ann@{TEAM}", what, ADDRESS) for what in ("signed in", "ordered", "ordered", "downloaded")]
