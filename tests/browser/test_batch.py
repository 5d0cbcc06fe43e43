"""Many videos at once in a real browser."""

from __future__ import annotations

import zipfile
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Site, give
from tests.media.samples import picture

CREATE = "/videos/motion-create"


def pictures(*names: str, width: int = 400) -> list[FilePayload]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": picture(width)} for name in names]


def choose_motions(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("listitem").get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_text(f"{len(names)} motions chosen")).to_be_visible()


def test_three_pictures_and_two_motions_are_six_videos_in_one_gallery_and_one_file(
    site: Site, page: Page, tmp_path: Path
) -> None:
    page.goto(site.url)
    page.get_by_text("Several at once").click()
    expect(page.get_by_role("heading", name="1. Motions")).to_be_visible()
    choose_motions(page, "Wave", "Jump")
    give(page, pictures("a.jpg", "b.jpg", "c.jpg"))
    before = site.posted(CREATE)
    page.get_by_role("button", name="Make 6 videos").dblclick()
    expect(page.get_by_text("of 6 finished")).to_be_visible()
    page.reload()
    expect(page.get_by_text("6 of 6 finished")).to_be_visible(timeout=90_000)
    expect(page.get_by_test_id("stVideo")).to_have_count(6)
    assert site.posted(CREATE) == before + 6
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all as one file").click()
    names = zipfile.ZipFile(download.value.path()).namelist()
    assert sorted(names) == [f"{name}-{motion}.mp4" for name in "abc" for motion in ("jump", "wave")]


def test_a_table_with_a_bad_row_sends_nothing_and_says_which(site: Site, page: Page) -> None:
    before = site.posted(CREATE)
    page.goto(site.url)
    page.get_by_text("From a table").click()
    expect(page.get_by_role("button", name="Table for Excel")).to_be_visible()
    table, files = page.locator("input[type=file]").first, page.locator("input[type=file]").last
    rows = "picture,motion,seconds\na.jpg,Wave,5\nmissing.jpg,Jump,5\na.jpg,Jump,7\n"
    give(page, {"name": "videos.csv", "mimeType": "text/csv", "buffer": rows.encode()}, to=table)
    expect(page.get_by_text("Now add these 2 pictures:")).to_be_visible()
    give(page, pictures("a.jpg"), to=files)
    expect(page.get_by_text("Now add this picture: “missing.jpg”.")).to_be_visible()
    expect(page.get_by_text("Nothing was sent.")).to_be_visible()
    expect(page.get_by_text("Row 4: Seconds: 7 is not 5 or 10.")).to_be_visible()
    expect(page.get_by_role("button", name="Make the one that is fine")).to_be_visible()
    assert site.posted(CREATE) == before


def test_a_table_is_a_video_for_each_row(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_text("From a table").click()
    expect(page.get_by_role("button", name="Table for Excel")).to_be_visible()
    table, files = page.locator("input[type=file]").first, page.locator("input[type=file]").last
    good = "picture,motion\na.jpg,Wave\na.jpg,Jump\n"
    give(page, {"name": "videos.csv", "mimeType": "text/csv", "buffer": good.encode()}, to=table)
    expect(page.get_by_text("Now add this picture: “a.jpg”. 2 rows wait for it.")).to_be_visible()
    before = site.posted(CREATE), site.posted("/assets/")
    give(page, pictures("a.jpg", width=410), to=files)  # one that Kling does not have yet
    page.get_by_role("button", name="Make 2 videos").click()
    expect(page.get_by_text("2 of 2 finished")).to_be_visible(timeout=60_000)
    assert (site.posted(CREATE), site.posted("/assets/")) == (before[0] + 2, before[1] + 1)
    with page.expect_download() as download:
        page.get_by_role("button", name="Results as CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[:2] for line in lines[1:]] == [['"2"', '"a · Wave"'], ['"3"', '"a · Jump"']]
