"""Somebody of the team has the id of a colleague's session: it stands in the addresses of uploads."""

from __future__ import annotations

import requests

from tests.attacks.protected import COOKIE, SECONDS, ProtectedDashboard, session_of


def test_it_resumes_the_session_for_its_own_person_alone(protected: ProtectedDashboard) -> None:
    ann, eve = {COOKIE: protected.cookie("ann")}, {COOKIE: protected.cookie("eve")}
    with protected.socket(ann) as socket:
        session = session_of(socket)
    with protected.socket(eve, session=session) as socket:
        assert session_of(socket) != session
    with protected.socket(ann, session=session) as socket:
        assert session_of(socket) == session


def test_nobody_else_uploads_to_it_or_deletes_there(protected: ProtectedDashboard) -> None:
    ann, eve = {COOKIE: protected.cookie("ann")}, {COOKIE: protected.cookie("eve")}
    with protected.socket(ann) as socket:
        address = f"{protected.url}/_stcore/upload_file/{session_of(socket)}/a-file"
        for method in ("PUT", "DELETE"):
            answer = requests.request(method, address, cookies=eve, timeout=SECONDS)
            assert answer.status_code == 403
            assert answer.text == "This upload belongs to somebody else."
        own = requests.put(address, cookies=ann, timeout=SECONDS)
        assert own.text != "This upload belongs to somebody else."
