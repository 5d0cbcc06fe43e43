"""A page elsewhere opens a socket in the browser of somebody who is signed in."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.protected import COOKIE, ProtectedDashboard, session_of


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost:1", "http://127.0.0.1:1", "http://127.0.0.1", "null", "http://["],
)
def test_a_foreign_origin_is_refused(protected: ProtectedDashboard, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"), protected.socket({COOKIE: protected.cookie()}, origin):
        pass


def test_a_page_of_ours_and_a_program_are_served(protected: ProtectedDashboard) -> None:
    for origin in ("", None):
        with protected.socket({COOKIE: protected.cookie()}, origin) as socket:
            assert session_of(socket)


def test_a_name_that_leads_here_from_elsewhere_is_refused(protected: ProtectedDashboard) -> None:
    answer = protected.get("/", cookies={COOKIE: protected.cookie()}, headers={"Host": "evil.example"})
    assert answer.status_code == 403
    assert "KLING_PUBLIC_URL" in answer.text
