"""One person who asks for the same zip sixty times, from a server that says nothing; and links given to others."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
import requests
import streamlit as st
from starlette.applications import Starlette
from starlette.routing import Route

from kling import KlingClient, Settings
from kling.feed import Feeds
from kling.sandbox import serve
from kling.zip_stream import Entry
from pages.server import routes, zip_links
from pages.ui.session import shared, zip_address
from pages.ui.session.signed_cookies import cookie
from pages.ui.session.slots import Slots
from pages.ui.session.visitor import COOKIE
from tests.recorder import Recorder, hang, recording

TOKEN = "user:1-attacks"
ANNA, BEN = "a" * 32, "b" * 32


def cookies_of(visitor: str) -> dict[str, str]:
    """What the browser of this name sends."""
    return {name: kept.value for name, kept in SimpleCookie(cookie(COOKIE, visitor, 60)).items()}


@pytest.fixture
def silent() -> Iterator[Recorder]:
    """A server of videos that takes every request and says nothing."""
    with recording() as found:
        found.will(hang)
        yield found


@pytest.fixture
def origin(silent: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    client = KlingClient(TOKEN, silent.url)
    settings = Settings.read({}, api_token=TOKEN, api_url=silent.url, data_dir=tmp_path)
    feeds, slots = Feeds(client), Slots()
    monkeypatch.setattr(shared, "feeds", lambda account: feeds)
    monkeypatch.setattr(shared, "settings", lambda: settings)
    st.cache_resource.clear()
    monkeypatch.setattr(shared, "token", lambda: TOKEN)
    monkeypatch.setattr(shared, "download_slots", lambda: slots)
    monkeypatch.setattr(zip_address, "account_in_use", lambda: None)
    monkeypatch.setattr(zip_address, "person", lambda: ANNA)
    monkeypatch.setattr(zip_address, "route", lambda path: f"/{path}")
    entry = Entry("one.mp4", partial(client.stream_media, f"{silent.url}/one.mp4"))
    monkeypatch.setattr(zip_links, "_entries", lambda *_: iter([entry]))
    ours = [Route("/healthz", routes.healthz), Route("/zip/{secret}", routes.zip_of_videos)]
    with serve(Starlette(routes=ours)) as found:
        yield found


def test_sixty_downloads_that_wait_for_nothing_stop_nobody_else(origin: str, silent: Recorder) -> None:
    link, answers, asked = origin + zip_address.zip_address((1,)), Counter[int](), threading.Barrier(61)

    def ask() -> None:
        asked.wait(30)
        with requests.get(link, cookies=cookies_of(ANNA), stream=True, timeout=60) as answer:
            answers[answer.status_code] += 1

    threads = [threading.Thread(target=ask, daemon=True) for _ in range(60)]
    for thread in threads:
        thread.start()
    asked.wait(30)
    patience = time.monotonic() + 60
    while answers[429] < 58:
        assert silent.connections <= 2
        assert time.monotonic() < patience, answers
    assert requests.get(f"{origin}/healthz", timeout=10).status_code == 200
    silent.closing.set()
    for thread in threads:
        thread.join(30)


def test_a_link_is_good_for_one_person_only(origin: str, silent: Recorder) -> None:
    link = origin + zip_address.zip_address((1,))
    silent.closing.set()
    assert requests.get(link, cookies=cookies_of(BEN), timeout=30).status_code == 404
    assert requests.get(link, timeout=30).status_code == 404
    assert requests.get(link, cookies=cookies_of(ANNA), timeout=30).status_code == 200


def test_a_link_ends(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    link = origin + zip_address.zip_address((1,))
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 2 * zip_address.LIFE)
    assert requests.get(link, cookies=cookies_of(ANNA), timeout=30).status_code == 404
    late = link.replace("until=", "until=9")
    assert requests.get(late, cookies=cookies_of(ANNA), timeout=30).status_code == 404
