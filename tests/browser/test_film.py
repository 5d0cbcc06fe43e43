"""The film strip in front of a person: the part, its loop and the cover, by mouse and by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Site, give
from tests.media.samples import clip

PLAYS = "([v, from, to]) => !v.paused && v.currentTime >= from && v.currentTime <= to"


def choose(page: Page, site: Site, path: Path) -> None:
    page.goto(f"{site.url}/upload")
    give(page, path)
    expect(page.get_by_role("button", name="Choose another video")).to_be_visible()
    expect(page.locator(".frames img")).to_have_count(24)


def chosen(page: Page) -> tuple[float, float]:
    start, end = re.findall(r"[\d.]+", page.locator(".film output").inner_text())[:2]
    return float(start), float(end)


def drag(page: Page, handle: Locator, share: float, to: float) -> None:
    """A handle from one share of the strip's width to another."""
    box = handle.bounding_box()
    assert box is not None
    inset = 9  # the middle of a handle at the very end
    width, top = box["width"] - 2 * inset, box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + inset + share * width, top)
    page.mouse.down()
    page.mouse.move(box["x"] + inset + to * width, top, steps=6)
    page.mouse.up()


def test_a_part_is_chosen_by_keys_and_by_mouse_loops_and_is_what_is_sent(
    site: Site, page: Page, tmp_path: Path
) -> None:
    choose(page, site, clip(tmp_path / "long.mp4", 14.0, rate=6, gop=6))
    assert chosen(page) == (0.0, 10.0)
    right = page.get_by_role("slider", name="End of the part")
    right.focus()
    for _ in range(20):
        right.press("ArrowRight")
    assert chosen(page) == (1.0, 11.0)  # never longer than a motion
    assert right.get_attribute("aria-valuetext") == "11.0 seconds"
    left = page.get_by_role("slider", name="Beginning of the part")
    left.focus()
    for _ in range(10):
        left.press("ArrowRight")
    assert chosen(page) == (1.5, 11.0)
    expect(page.get_by_role("button", name="Cut it to the chosen part")).to_be_enabled()

    drag(page, left, 1.5 / 14, 0.5)
    start, end = chosen(page)
    assert abs(start - 7.0) < 0.3
    assert end == 11.0
    drag(page, right, 11 / 14, 0.6)
    start, end = chosen(page)
    assert abs(end - 8.4) < 0.3  # never shorter than two seconds: the other end gives way
    assert end - start >= 1.9
    video = page.locator(".film video").element_handle()
    page.wait_for_function(PLAYS, arg=[video, end - 0.6, end + 0.2])
    page.wait_for_function(PLAYS, arg=[video, start - 0.2, start + 0.8])
    page.get_by_role("button", name="Cut it to the chosen part").click()
    expect(page.get_by_text("Use the original")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(f"{end - start:.1f} s · 720 × 1280")).to_be_visible()
    page.get_by_role("button", name="Send it to Kling").click()
    expect(page.get_by_text("Your motion is ready")).to_be_visible(timeout=60_000)


def test_the_cover_is_picked_by_click_and_by_keys_and_survives_another_page(
    site: Site, page: Page, tmp_path: Path
) -> None:
    choose(page, site, clip(tmp_path / "dance.mp4", 4.0))
    cover = page.get_by_alt_text("Cover")
    expect(cover).to_be_visible()
    first = cover.get_attribute("src")
    reel = page.locator(".reel").bounding_box()
    assert reel is not None
    page.mouse.click(reel["x"] + reel["width"] * 0.25, reel["y"] + reel["height"] / 2)
    expect(cover).not_to_have_attribute("src", first or "")
    pin = page.get_by_role("slider", name="Moment of the cover")
    expect(pin).to_have_value(re.compile(r"^(0\.9\d*|1(\.0\d*)?)$"))  # a quarter of the clip
    clicked = cover.get_attribute("src")
    pin.focus()
    pin.press("End")
    expect(cover).not_to_have_attribute("src", clicked or "")
    page.get_by_role("link", name="Motions").click()
    expect(page.get_by_role("heading", name="Motions")).to_be_visible()
    page.get_by_role("link", name="Upload a motion", exact=True).click()
    expect(page.get_by_role("slider", name="Moment of the cover")).to_have_value("4")
    page.get_by_role("button", name="Send it to Kling").click()
    expect(page.get_by_text("Your motion is ready")).to_be_visible(timeout=60_000)


def test_a_clip_of_another_kind_becomes_a_motion_of_the_second_generation(
    reference_site: Site, page: Page, tmp_path: Path
) -> None:
    choose(page, reference_site, clip(tmp_path / "dance.webm", 3.5, 180, 320, form="webm"))
    expect(page.get_by_role("slider", name="Moment of the cover")).to_be_hidden()
    expect(page.get_by_role("button", name="Send it to Kling")).to_be_disabled()
    page.get_by_role("button", name="Repair all").click()
    expect(page.get_by_text("Use the original")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Send it to Kling").click()
    expect(page.get_by_text("Your motion is ready")).to_be_visible(timeout=60_000)
