"""Somebody of the team has the id of a colleague's session: it stands in the addresses of uploads."""

from __future__ import annotations

import requests

from tests.attacks.desk import COOKIE, SECONDS, Desk, session_of


def test_it_resumes_the_session_for_its_own_person_alone(desk: Desk) -> None:
    ann, eve = {COOKIE: desk.cookie("ann")}, {COOKIE: desk.cookie("eve")}
    with desk.socket(ann) as socket:
        session = session_of(socket)
    with desk.socket(eve, session=session) as socket:
        assert session_of(socket) != session
    with desk.socket(ann, session=session) as socket:
        assert session_of(socket) == session


def test_nobody_else_uploads_to_it_or_deletes_there(desk: Desk) -> None:
    ann, eve = {COOKIE: desk.cookie("ann")}, {COOKIE: desk.cookie("eve")}
    with desk.socket(ann) as socket:
        address = f"{desk.url}/_stcore/upload_file/{session_of(socket)}/a-file"
        for method in ("PUT", "DELETE"):
            answer = requests.request(method, address, cookies=eve, timeout=SECONDS)
            assert answer.status_code == 403
            assert answer.text == "This upload belongs to somebody else."
        own = requests.put(address, cookies=ann, timeout=SECONDS)
        assert own.text != "This upload belongs to somebody else."
