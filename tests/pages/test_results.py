"""Results: found again, labelled, used again, shared, thrown away and put back."""

from __future__ import annotations

import io
import json
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from kling.archive.files import name_of
from kling.people import Person
from kling.sandbox import AccountSetup
from pages.server import zip_links
from pages.server.kept_files import kept_file
from pages.ui import wording
from pages.ui.results import share_links, view
from pages.ui.session import identity, kept, shared
from pages.ui.session.zip_address import KEPT
from tests.archive.made_up import DAY, change, fill
from tests.media.samples import clip, picture
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox, jpeg, ok, sandbox_of


def covers(pages: Pages) -> list[dict[str, Any]]:
    """What the grid is given to draw."""
    return [card for proto in pages._components("gallery") for card in json.loads(proto.json)["cards"]]


def shown(pages: Pages) -> list[str]:
    return [card["key"] for card in covers(pages)]


def open_results(pages: Pages, **query: str) -> None:
    pages.at.run()
    pages.at.switch_page("results.py")
    for name, value in query.items():
        pages.at.query_params[name] = value
    pages.at.run()
    pages.settle()


def links(pages: Pages) -> list[str]:
    return [each.proto.label for each in pages.at.get("link_button")]


def choose(pages: Pages, *task_ids: str) -> None:
    pages.tell("gallery", "chosen", list(task_ids))


@pytest.fixture
def filled(pages: Pages) -> list[str]:
    pages.at.run()
    files = {"video": b"a video", "cover": picture(), "picture": picture()}
    return fill(shared.archive(), 70, time.time(), files)


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
    spring = kept.labels().make_project("Spring", "ann")
    kept.labels().tag(filled[69:], "fair")
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


def test_a_project_is_renamed_by_whoever_made_it(
    pages: Pages, filled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity, "person_of", lambda _: Person("ann@team.example", role="maker"))
    mine = kept.labels().make_project("Spring", "ann@team.example")
    theirs = kept.labels().make_project("Fair", "bob")
    open_results(pages)
    pages.at.selectbox(key="project").set_value(mine).run()
    pages.at.text_input(key=f"name of project {mine}").set_value("Fair").run()
    assert kept.labels().projects() == {mine: "Spring", theirs: "Fair"}
    pages.at.text_input(key=f"name of project {mine}").set_value("Summer").run()
    assert kept.labels().projects() == {mine: "Summer", theirs: "Fair"}
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
    app = Starlette(routes=[Route("/kept/{part}/{task_id}", kept_file)])
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


def test_into_the_bin_and_back(pages: Pages, filled: list[str]) -> None:
    open_results(pages)
    choose(pages, *filled[:2])
    pages.press("Put in the bin")
    assert shown(pages) == filled[2:62]
    pages.at.segmented_control(key="show").set_value("bin").run()
    assert shown(pages) == filled[:2]
    choose(pages, filled[0])
    pages.press("Put back")
    assert shown(pages) == filled[1:2]
    choose(pages, filled[1])
    pages.press("Delete 1 for good")
    assert "The bin is empty" in pages.words()
    assert shared.archive().results(filled[:2])[filled[1]].state == "deleted"


def test_only_admins_delete_for_good(pages: Pages, filled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "person_of", lambda _: Person("ann@team.example", role="maker"))
    kept.results_bin().put_in(filled[:1], "ann@team.example")
    open_results(pages, id=filled[0])
    labels = [button.label for button in pages.at.button]
    assert "Put back" in labels
    assert "Delete 1 for good" not in labels


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
    found = kept.shares().find(token)
    assert found is not None
    assert found.task_id == filled[0]
    pages.press("Take back")
    assert kept.shares().find(token) is None
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


def test_what_is_not_kept_yet_says_so(pages: Pages, filled: list[str]) -> None:
    change(shared.archive(), filled[:1], state="waiting", video=None, cover=None, reason="unreachable")
    open_results(pages, id=filled[0])
    assert "still being copied" in pages.words()
    assert "Kling does not answer at the moment. It is tried again." in pages.words()
    pages.press("All results")
    assert "being copied" in covers(pages)[0]["note"]


def test_last_month_is_found(pages: Pages, filled: list[str]) -> None:
    change(shared.archive(), filled[:1], finished_at=view.span("last month", datetime.now(ZoneInfo("UTC")))[0] or 0.0)
    open_results(pages)
    assert filled[0] not in shown(pages)
    open_results(pages, when="Last month")
    assert filled[0] in shown(pages)
    assert all(time.time() - each.finished_at > 0 * DAY for each in shared.archive().results(shown(pages)).values())


def test_a_persons_pictures_go_with_everything_made_from_them(pages: Pages, filled: list[str]) -> None:
    change(shared.archive(), filled[:2], person="ann")
    change(shared.archive(), filled[2:3], person="bob", picture_key="picture-of-ann", picture=None)
    change(shared.archive(), filled[:2], picture_key="picture-of-ann", picture=None)
    open_results(pages, show="Bin")
    pages.at.selectbox(key="personal pictures of").set_value("ann").run()
    assert "1 picture and 3 results" in pages.words()
    pages.press("Delete all of this for good")
    left = shared.archive().results(filled)
    assert [each for each in filled if left[each].state == "deleted"] == filled[:3]


def test_while_the_database_does_not_answer_what_was_there_stays_and_a_sentence_says_why(
    pages: Pages, filled: list[str]
) -> None:
    open_results(pages)
    with shared.archive().repository.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE kling_results RENAME TO elsewhere")
    pages.at.run()
    assert "the database does not answer" in pages.words()
    assert shown(pages) == filled[:60]
    pages.tell("gallery", "opened", filled[0])
    assert "the database does not answer" in pages.words()
    assert not pages.at.exception


def test_an_archive_that_is_away_and_a_file_that_was_deleted_by_hand_are_told(pages: Pages, filled: list[str]) -> None:
    folder = Path(shared.settings().archive)
    folder.rename(folder.with_name("away"))
    open_results(pages)
    assert "The archive does not answer" in pages.words()
    assert len(shown(pages)) == 60
    folder.with_name("away").rename(folder)
    pages.at.run()
    assert not pages.at.error
    open_results(pages, id=filled[0])
    assert "Download" in links(pages)
    file = shared.archive().file_of(filled[0], "video")
    assert file is not None
    (folder / name_of(file)).unlink()
    pages.at.run()
    assert "python -m kling.archive check" in pages.words()
    assert "Download" not in links(pages)
    assert not pages.at.exception


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
