"""Somebody outside with a link to one video: they see that one, for as long as it holds, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from kling.archive import Archive, open_files
from kling.archive.bin import Bin
from kling.archive.sharing import DAY, Shares, hash_of
from kling.store import Store
from tests.archive.made_up import fill
from tests.attacks.protected import SECONDS, ProtectedDashboard
from tests.attacks.test_proxy_header import FromAddress

VIDEO = bytes(range(256)) * 400
SERVICE = "practice"


@pytest.fixture(scope="module")
def archive(protected: ProtectedDashboard) -> Archive:
    """Another process's view of what the dashboard keeps."""
    folder: Path = protected.folder
    store = Store(f"sqlite:///{folder.as_posix()}/orders.sqlite")
    return Archive(store, SERVICE, open_files(str(folder / "archive"), folder))


@pytest.fixture(scope="module")
def results(archive: Archive) -> list[str]:
    return fill(archive, 3, time.time(), {"video": VIDEO, "cover": b"cover", "picture": b"a person"})


def shares_of(archive: Archive, now: float = 0.0) -> Shares:
    return Shares(archive.repository.store, SERVICE, lambda: now or time.time())


def test_a_link_shows_one_video_without_a_sign_in(
    protected: ProtectedDashboard, archive: Archive, results: list[str]
) -> None:
    token = shares_of(archive).make(results[0], "ann", 7)
    page = protected.get(f"/share/{token}")
    assert page.status_code == 200
    assert f'src="{token}/video"' in page.text
    assert "prompt" not in page.text
    assert results[0] not in page.text
    assert (len(page.cookies), page.headers["cache-control"]) == (0, "private, no-store")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert protected.get(f"/share/{token}/video").content == VIDEO
    part = protected.get(f"/share/{token}/video", headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, VIDEO[1000:2000])
    kept = protected.get(f"/share/{token}/video?download=1")
    assert kept.headers["content-disposition"].startswith("attachment")


def test_what_is_over_is_answered_like_what_never_was(
    protected: ProtectedDashboard, archive: Archive, results: list[str]
) -> None:
    shares = shares_of(archive)
    over = shares_of(archive, time.time() - 8 * DAY).make(results[0], "ann", 7)
    taken_back, binned, deleted = (shares.make(result, "ann", 7) for result in results)
    shares.take_back(hash_of(taken_back))
    Bin(archive).put_in(results[1:2], "ann")
    Bin(archive).delete(results[2:3])
    answers = [
        (page.status_code, page.text, video.status_code, video.text)
        for token in ("x" * 43, over, taken_back, binned, deleted, "%F0%9F%92%83")
        for page, video in [(protected.get(f"/share/{token}"), protected.get(f"/share/{token}/video"))]
    ]
    assert {(page, video) for page, _, video, _ in answers} == {(404, 404)}
    assert len(set(answers)) == 1


def test_a_link_opens_no_other_door(protected: ProtectedDashboard, archive: Archive, results: list[str]) -> None:
    token = shares_of(archive).make(results[0], "ann", 7)
    for path in (f"/kept/{results[0]}/video", f"/kept/{results[0]}/picture", f"/kept/{token}/video"):
        assert protected.get(path, headers={"Referer": f"{protected.url}/share/{token}"}).status_code == 401
    for path in (f"/share/{token}/picture", f"/share/{token}/video/..", f"/share/{results[0]}/../../tasks"):
        prepared = requests.Request("GET", protected.url).prepare()
        prepared.url = protected.url + path
        with requests.Session() as session:
            assert session.send(prepared, timeout=SECONDS, allow_redirects=False).status_code in (401, 404)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert requests.request(method, f"{protected.url}/share/{token}", timeout=SECONDS).status_code == 405


def test_who_opened_it_stands_in_the_audit_trail(
    protected: ProtectedDashboard, archive: Archive, results: list[str]
) -> None:
    token = shares_of(archive).make(results[0], "ann", 7)
    protected.get(f"/share/{token}")
    event = protected.audit().latest(1)[0]
    assert (event.what, event.about, event.address) == ("opened a link", f"result {results[0]}", "127.0.0.1")
    protected.get(f"/share/{token}/video")  # looked at
    protected.get(f"/share/{token}/video?download=1")
    taken, opened = protected.audit().latest(2)
    assert (taken.what, taken.about, taken.address) == ("downloaded", f"result {results[0]}, by a link", "127.0.0.1")
    assert opened == event
    with requests.Session() as forger:
        forger.mount("http://", FromAddress("127.0.0.3"))
        forger.get(f"{protected.url}/share/{token}", timeout=SECONDS, headers={"X-Forwarded-For": "203.0.113.9"})
    assert protected.audit().latest(1)[0].address == "127.0.0.3"


def test_kept_files_are_for_those_who_are_signed_in(protected: ProtectedDashboard, results: list[str]) -> None:
    eve = {"_streamlit_user": protected.cookie("eve")}
    picture = protected.get(f"/kept/{results[0]}/picture", cookies=eve)
    assert (picture.status_code, picture.content) == (200, b"a person")
    assert picture.headers["cache-control"].startswith("private")
    for path in (f"/kept/{results[0]}/settings", f"/kept/{results[0]}/video.mp4", "/kept/1/video"):
        assert protected.get(path, cookies=eve).status_code == 404


def test_nobody_tries_links_by_the_thousand(protected: ProtectedDashboard) -> None:
    with requests.Session() as session:
        answers = [
            session.get(f"{protected.url}/share/{number:043}", timeout=SECONDS).status_code for number in range(400)
        ]
    assert answers.count(429) > 10
    assert set(answers) == {404, 429}
