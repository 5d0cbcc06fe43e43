"""What people do with results leaves one line each in the audit trail."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from kling import KlingError
from kling.people import Person
from pages.server.archive_files import archive_file
from pages.server.routes import zip_of_videos
from pages.ui import session
from pages.ui.session import archived, people, shared
from pages.ui.session.zip_address import zip_address, zip_of_results
from tests.archive.made_up import change, fill
from tests.media.samples import picture
from tests.pages.app_test import Pages
from tests.pages.audited import mia, noted
from tests.pages.results_page import choose, open_results
from tests.pages.team import MIA, Visit, team

__all__ = ["mia", "team"]


@pytest.fixture
def browser(mia: Pages) -> Iterator[TestClient]:
    """What the same person's browser asks for beside the pages, as the middleware lets it in."""
    app = Starlette(routes=[Route("/kept/{task_id}/{part}", archive_file), Route("/zip/{secret}", zip_of_videos)])

    async def access(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "person": Person(MIA)}, receive, send)

    with TestClient(access, client=(Visit.ip_address, 5000)) as found:
        yield found


def test_what_could_not_be_fetched_was_not_downloaded(mia: Pages) -> None:
    task_id = mia.sandbox.task()
    mia.sandbox.finish()
    task = session.feeds().client().get_task(task_id)
    fetch = session.fetching(task, f"{mia.sandbox.origin}/nothing.mp4")
    with pytest.raises(KlingError):
        fetch()
    assert noted() == []


def test_kept_files_and_zips_are_noted_when_they_are_taken_home(mia: Pages, browser: TestClient) -> None:
    mia.at.run()
    one, two = fill(shared.archive(), 2, time.time(), {"video": b"a video", "cover": picture()})
    task_id = mia.sandbox.task()
    mia.sandbox.finish()
    assert browser.get(f"/kept/{one}/video").status_code == 200  # looked at
    assert browser.head(f"/kept/{one}/video?download=1").status_code == 200
    assert browser.get("/kept/1/video?download=1").status_code == 404
    assert browser.get("/zip/0123?account=&tasks=1&until=1").status_code == 404
    assert noted() == []
    taken = browser.get(f"/kept/{one}/video?download=1")
    assert (taken.status_code, taken.headers["cache-control"]) == (200, "private, no-store")
    for link in (zip_of_results((one, two)), zip_address((task_id,))):
        assert browser.get(path_of(link)).status_code == 200
    said = [
        ("downloaded", f"result {one}"),
        ("downloaded", f"2 results: {one}, {two}"),
        ("downloaded", f"task {task_id}"),
    ]
    assert noted() == said
    with shared.download_slots().one(MIA), shared.download_slots().one(MIA):
        assert browser.get(path_of(zip_of_results((one, two)))).status_code == 429
    assert noted() == said


def path_of(link: str) -> str:
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def test_a_link_is_made_and_taken_back(mia: Pages) -> None:
    mia.at.run()
    [one] = fill(shared.archive(), 1, time.time(), {"video": b"a video", "cover": picture()})
    mia.at.switch_page("results.py")
    mia.at.query_params["id"] = one
    mia.at.run()
    mia.settle()
    mia.press("Make a link")
    token = mia.at.session_state["share made"][1].rpartition("/")[2]
    mia.press("Take back")
    assert noted() == [("shared", f"result {one} for 7 days"), ("took a link back", f"result {one}")]
    assert token
    assert token not in str(people.audit().latest())


def test_what_is_arranged_for_everybody_is_noted_and_ones_own_star_is_not(mia: Pages) -> None:
    mia.at.run()
    one, two, other = fill(shared.archive(), 3, time.time(), {"video": b"a video", "cover": picture()})
    archived.labels().make_project("Opening", "ann")
    archived.labels().tag([other], "spring")
    open_results(mia)
    choose(mia, one, two)
    mia.press("Star")
    mia.at.selectbox(key="tag to put on").set_value("spring").run()
    mia.at.selectbox(key=f"project of {one} {two} 2").set_value("Opening").run()
    open_results(mia, id=one)
    mia.at.multiselect[0].set_value([]).run()
    mia.press("Put in the bin")
    open_results(mia, id=one)
    mia.press("Put back")
    assert noted() == [
        ("tagged", f"spring: {one}, {two}"),
        ("moved", f"{one}, {two} to project Opening"),
        ("untagged", f"spring: {one}"),
        ("binned", one),
        ("put back", one),
    ]


def test_all_of_a_person_is_deleted(mia: Pages) -> None:
    people.register().give_role(MIA, "admin")
    mia.at.run()
    ids = fill(shared.archive(), 2, time.time(), {"video": b"a video", "cover": picture()})
    change(shared.archive(), ids, person="ann")
    open_results(mia, show="Bin")
    mia.at.selectbox(key="personal pictures of").set_value("ann").run()
    mia.press("Delete all of this for good")
    assert noted() == [("deleted", "2 pictures and 2 results of ann")]
