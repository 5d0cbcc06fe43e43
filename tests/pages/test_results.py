"""Results: found again, labelled, used again, shared, and seen by viewers."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from kling.people import Person
from kling.sandbox import AccountSetup
from pages.server import zip_links
from pages.server.archive_files import archive_file
from pages.ui import downloads, wording
from pages.ui.results import share_links, view
from pages.ui.session import archived, identity, shared
from pages.ui.session.zip_address import KEPT
from tests.archive.made_up import change, fill
from tests.media.samples import clip, picture
from tests.pages.app_test import Pages
from tests.pages.results_page import choose, covers, open_results, shown
from tests.sandbox_server import Sandbox, jpeg, ok, sandbox_of


def test_without_a_result_the_page_says_how_one_comes(pages: Pages) -> None:
    open_results(pages)
    assert "Nothing here yet" in pages.words()
    assert not pages.at.exception


def test_a_page_holds_sixty_and_the_next_one_is_a_click_away(pages: Pages, filled: list[str]) -> None:
    open_results(pages)
    assert shown(pages) == filled[:60]
    assert "70 results" in pages.words()
    pages.press("Older")
    assert shown(pages) == filled[60:]
    pages.press("Newer")
    assert shown(pages) == filled[:60]
    pages.tell("gallery", "turn", "older")
    assert shown(pages) == filled[60:]


def test_filters_find_and_a_new_filter_begins_at_the_first_page(pages: Pages, filled: list[str]) -> None:
    open_results(pages)
    pages.press("Older")
    pages.at.text_input(key="find").set_value("red hat").run()
    assert shown(pages) == filled[4::5]
    pages.at.text_input(key="find").set_value("nobody said this").run()
    assert "No result fits the filters." in pages.words()


def test_several_are_tagged_starred_put_into_a_project_and_found_by_them(pages: Pages, filled: list[str]) -> None:
    spring = archived.labels().make_project("Spring", "ann")
    archived.labels().tag(filled[69:], "fair")
    open_results(pages)
    choose(pages, *filled[:3])
    assert "3 results chosen" in pages.words()
    pages.press("Star")
    assert [card["key"] for card in covers(pages) if card["star"]] == filled[:3]
    pages.at.selectbox(key="tag to put on").set_value("fair").run()
    project = next(each for each in pages.at.selectbox if each.key and each.key.startswith("project of"))
    project.set_value("Spring").run()
    choose(pages)
    pages.at.selectbox(key="project").set_value(spring).run()
    assert shown(pages) == filled[:3]
    pages.at.selectbox(key="project").set_value("none").run()
    assert shown(pages) == filled[3:63]
    pages.at.selectbox(key="project").set_value(None).run()
    pages.at.text_input(key="find").set_value("FAIR").run()
    assert shown(pages) == [*filled[:3], filled[69]]
    pages.at.text_input(key="find").set_value("").run()
    pages.at.toggle(key="starred").set_value(True).run()
    assert shown(pages) == filled[:3]


def test_a_zip_that_does_not_hold_all_says_so(pages: Pages, filled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "MOST", 2)
    open_results(pages)
    choose(pages, *filled[:3])
    [link] = [each.proto for each in pages.at.get("link_button") if "zip" in each.proto.label]
    assert link.label == "Download the first 2 of 3 as one zip"
    assert "at most 2" in link.help


def test_a_project_is_renamed_by_whoever_made_it(
    pages: Pages, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "person_of", lambda _: Person("ann@team.example", role="maker"))
    mine = archived.labels().make_project("Spring", "ann@team.example")
    theirs = archived.labels().make_project("Fair", "bob")
    open_results(pages)
    pages.at.selectbox(key="project").set_value(mine).run()
    pages.at.text_input(key=f"name of project {mine}").set_value("Fair").run()
    assert archived.labels().projects() == {mine: "Spring", theirs: "Fair"}
    pages.at.text_input(key=f"name of project {mine}").set_value("Summer").run()
    assert archived.labels().projects() == {mine: "Summer", theirs: "Fair"}
    pages.at.selectbox(key="project").set_value(theirs).run()
    assert not [each for each in pages.at.text_input if each.key == f"name of project {theirs}"]


def test_a_link_opens_one_result_in_full(pages: Pages, filled: list[str]) -> None:
    open_results(pages, id=filled[1])
    assert "a street at night" in pages.words()
    assert "Motion 1" in pages.words()
    assert shown(pages) == []
    pages.press("Older")
    assert "studio, white wall" in pages.words()
    pages.press("All results")
    assert shown(pages) == filled[:60]


def test_a_link_to_what_is_gone_is_a_sentence(pages: Pages) -> None:
    open_results(pages, id="12345")
    assert "This result is not there." in pages.words()
    assert not pages.at.exception


def test_its_picture_and_settings_begin_another_one(pages: Pages, filled: list[str]) -> None:
    open_results(pages, id=filled[0])
    pages.press("Use this picture")
    assert pages.at.session_state["draft"].picture.data == picture()
    open_results(pages, id=filled[0])
    pages.press("Make another like this")
    assert pages.at.session_state["create prompt"] == "dancing in the rain"
    assert pages.at.session_state["draft"].picture.data == picture()


def test_a_motion_that_kling_has_no_more_is_made_again_from_its_clip(pages: Pages, tmp_path: Path) -> None:
    pages.open()
    [one] = fill(
        shared.archive(), 1, time.time(), {"video": b"a video", "motion_clip": clip(tmp_path / "a").read_bytes()}
    )
    open_results(pages, id=one)
    pages.press("Use this motion")
    assert pages.at.session_state["motion draft"].media.seconds == pytest.approx(3.0, abs=0.2)
    assert "dancing in the rain" in pages.words()


def test_what_is_downloaded_is_called_as_its_tile_says(
    pages: Pages, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.names().give(wording.task_key(filled[0]), "Anna waves")
    app = Starlette(routes=[Route("/kept/{part}/{task_id}", archive_file)])
    with TestClient(app) as browser:
        named, by_title = [
            browser.get(f"/kept/video/{task_id}?download=1").headers["content-disposition"] for task_id in filled[:2]
        ]
    assert named == 'attachment; filename="anna-waves.mp4"'
    assert by_title == 'attachment; filename="wave-1.mp4"'
    shared.names().give(wording.task_key(filled[1]), "Anna waves")
    monkeypatch.setattr(zip_links, "is_zip_secret", lambda *_: True)
    pieces = zip_links.archive("", KEPT, ",".join(filled[:2]), "", "")
    with zipfile.ZipFile(io.BytesIO(b"".join(pieces or ()))) as together:
        assert together.namelist() == ["anna-waves.mp4", "anna-waves-2.mp4"]
    open_results(pages)
    assert [card["name"] for card in covers(pages)][:1] == ["Anna waves · dancing in the rain"]


def test_a_viewer_looks_downloads_and_stars(pages: Pages, filled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    open_results(pages, id=filled[0])
    monkeypatch.setattr(identity, "person_of", lambda _: Person("vera@team.example", role="viewer"))
    pages.press("Put in the bin")  # drawn while they still might
    result = shared.archive().result(filled[0])
    assert result is not None
    assert result.binned_at is None
    labels = {button.label for button in pages.at.button}
    assert "Star" in labels
    assert not labels & {"Put in the bin", "Make another like this", "Use this picture", "Make a link"}


def test_a_link_for_somebody_outside_is_made_and_taken_back(
    monkeypatch: pytest.MonkeyPatch, pages: Pages, filled: list[str]
) -> None:
    monkeypatch.setattr(share_links, "link_of", lambda token: f"https://desk.example/share/{token}")
    open_results(pages, id=filled[0])
    pages.press("Make a link")
    [link] = [code.value for code in pages.at.code if "desk.example/share/" in code.value]
    token = link.rpartition("/")[2]
    found = archived.shares().find(token)
    assert found is not None
    assert found.task_id == filled[0]
    pages.press("Take back")
    assert archived.shares().find(token) is None
    assert not [code.value for code in pages.at.code if token in code.value]


@pytest.mark.parametrize(
    ("when", "since", "before"),
    [
        ("today", "2027-01-15", None),
        ("week", "2027-01-09", None),
        ("month", "2027-01-01", None),
        ("last month", "2026-12-01", "2027-01-01"),
        ("year", "2027-01-01", None),
        ("before", None, "2027-01-01"),
        ("", None, None),
    ],
)
def test_months_and_days_are_those_of_the_viewer(when: str, since: str | None, before: str | None) -> None:
    zone = ZoneInfo("Asia/Tokyo")
    found = view.span(when, datetime(2027, 1, 15, 2, 30, tzinfo=zone))
    expected = [
        datetime.fromisoformat(each).replace(tzinfo=zone).timestamp() if each else None for each in (since, before)
    ]
    assert list(found) == expected


def test_last_month_is_found(pages: Pages, filled: list[str]) -> None:
    since, before = view.span("last month", datetime.now(ZoneInfo("UTC")))
    assert since is not None
    assert before is not None
    change(shared.archive(), filled[:1], finished_at=since)
    open_results(pages)
    assert filled[0] not in shown(pages)
    open_results(pages, when="Last month")
    assert filled[0] in shown(pages)
    assert all(since <= each.finished_at < before for each in shared.archive().results(shown(pages)).values())


def test_where_all_are_kept_those_of_each_account_that_was_looked_at_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = ["first@example.com", "second@example.com"]
    with sandbox_of(accounts=[AccountSetup(email) for email in both]) as sandbox:
        settings = {"API_TOKEN": sandbox.token, "API_URL": sandbox.url, "ACCOUNT": both[0], "ARCHIVE_TASKS": "all"}
        for name, value in {**settings, "DATA_DIR": str(tmp_path)}.items():
            monkeypatch.setenv(f"KLING_{name}", value)
        st.cache_resource.clear()
        made = {video_made_elsewhere(sandbox, email) for email in both}
        sandbox.clock.advance(60)
        for email in both:
            for seen in (shared.feeds(email).accounts, shared.feeds(email).tasks):
                seen.snapshot()  # as a page does
                seen.settled()
        shared.archive_worker().start()
        until = time.monotonic() + 60
        while set(shared.archive().results(made)) != made:
            assert time.monotonic() < until
        shared.archive_worker().stop()
        found = shared.archive().results(made)
        st.cache_resource.clear()
    assert sorted(each.account for each in found.values()) == both


def video_made_elsewhere(sandbox: Sandbox, email: str) -> str:
    """The number of its task."""
    url = ok(sandbox.upload(jpeg(), "image/jpeg", email=email))["url"]
    [motion, *_] = ok(sandbox.get("/videos/motions", email=email))
    order = {"email": email, "workId": motion["workId"], "image": url}
    return str(ok(sandbox.post("/videos/motion-create", **order))["task"]["id"])
