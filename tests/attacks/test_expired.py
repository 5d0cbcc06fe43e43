"""A sign-in that is older than sign-ins may be."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.protected import COOKIE, ProtectedDashboard, leads_to_sign_in, led_to, session_of

HOUR = 3600.0


def test_after_the_hours_of_a_session_the_cookie_opens_nothing(protected: ProtectedDashboard) -> None:
    assert protected.with_cookie(protected.cookie("xaver", age=11.9 * HOUR)).status_code == 200
    over = protected.cookie("xaver", age=12.1 * HOUR)
    assert protected.with_cookie(over).status_code == 401
    assert leads_to_sign_in(protected.with_cookie(over, "/tasks"))
    with pytest.raises(InvalidStatus, match="403"), protected.socket({COOKIE: over}):
        pass


def test_an_open_page_ends_with_its_session(protected: ProtectedDashboard) -> None:
    with protected.socket({COOKIE: protected.cookie("yvonne", age=12 * HOUR - 5)}) as socket:
        session_of(socket)
        assert led_to(socket) == "/"
