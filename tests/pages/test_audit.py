"""What people do leaves one line each in the audit trail: who, what, when, from where, and nothing that is secret."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest import mock
from urllib.parse import urlsplit

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from kling import KlingError
from kling.people import Person
from pages.server.archive_files import archive_file
from pages.server.routes import zip_of_videos
from pages.ui import session
from pages.ui.session import identity, people, shared
from pages.ui.session.zip_address import zip_address, zip_of_results
from tests.archive.made_up import fill
from tests.media.samples import picture
from tests.pages.app_test import Pages
from tests.pages.team import MIA, Visit, team

__all__ = ["team"]
PROMPT = "somebody dances by the sea"


@pytest.fixture
def mia(team: Pages) -> Iterator[Pages]:
    """The pages as a maker has them who may spend."""
    people.register().give_budget(MIA, 1000.0)
    with mock.patch.object(st, "context", Visit(MIA)):
        yield team


@pytest.fixture
def browser(mia: Pages) -> Iterator[TestClient]:
    """What the same person's browser asks for beside the pages, as the door lets it in."""
    app = Starlette(routes=[Route("/kept/{task_id}/{part}", archive_file), Route("/zip/{secret}", zip_of_videos)])

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "person": Person(MIA)}, receive, send)

    with TestClient(door, client=(Visit.ip_address, 5000)) as found:
        yield found


def noted() -> list[tuple[str, str]]:
    """What has been done, oldest first; each by the one person, from their address, just now."""
    events = people.audit().latest()[::-1]
    assert {(event.person, event.address) for event in events} <= {(MIA, Visit.ip_address)}
    assert all(abs(time.time() - event.at) < 600 for event in events)
    return [(event.what, event.about) for event in events]


def test_a_video_ordered_named_taken_home_and_deleted(mia: Pages) -> None:
    mia.open()
    mia.choose_card("Wave")
    mia.choose_picture(picture(), "anna-at-home.jpg")
    mia.at.text_area(key="create prompt").set_value(PROMPT).run()
    mia.press("Make the video")
    order = shared.orders().ended(finish(mia))
    mia.settle()
    next(field for field in mia.at.text_input if field.label == "Name").set_value("Our opening").run()
    assert order.task is not None
    assert order.task.video_url
    fetch = session.fetching(order.task, order.task.video_url)
    assert fetch()
    session.delete_task(order.task.id or 0)
    assert noted() == [
        ("ordered", f"a video, order {order.id}"),
        ("named", f"task {order.task.id}: Our opening"),
        ("downloaded", f"task {order.task.id}"),
        ("deleted", f"task {order.task.id}"),
    ]
    held = str(people.audit().latest())
    for secret in (mia.sandbox.token, PROMPT, "anna-at-home", order.task.video_url, mia.sandbox.origin):
        assert secret not in held


def finish(mia: Pages) -> str:
    mia.sandbox.finish()
    return str(mia.at.session_state["draft"].id)


def test_what_could_not_be_fetched_was_not_downloaded(mia: Pages) -> None:
    task_id = mia.sandbox.task()
    mia.sandbox.finish()
    task = session.feeds().client().get_task(task_id)
    fetch = session.fetching(task, f"{mia.sandbox.origin}/nothing.mp4")
    with pytest.raises(KlingError):
        fetch()
    assert noted() == []


def test_an_order_is_cancelled(mia: Pages) -> None:
    people.register().give_budget(MIA, 0.0)
    mia.open()
    mia.choose_card("Wave")
    mia.choose_picture(picture())
    mia.press("Make the video")
    mia.press("Cancel")
    order_id = mia.at.session_state["draft"].id
    assert noted() == [("ordered", f"a video, order {order_id}"), ("cancelled", f"order {order_id}")]


def test_a_motion_is_named(mia: Pages) -> None:
    motion = mia.sandbox.motion()
    mia.sandbox.finish()
    mia.open("motions.py")
    [card] = [card for card in mia.cards() if card["source"] == "Ours"]
    mia.tell("picker", "chosen", card["key"], holding=card["key"])
    mia.at.text_input(key=f"name {card['key']}").set_value("Hop").run()
    assert motion
    assert noted() == [("named", f"motion {card['key']}: Hop")]


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


def test_who_is_at_this_machine_is_noted_with_its_address(mia: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Visit, "ip_address", None)  # so Streamlit says it
    identity.note("named", "something")
    [event] = people.audit().latest()
    assert event.address == "127.0.0.1"
