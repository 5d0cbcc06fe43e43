"""A sign-in that is older than sign-ins may be."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.desk import COOKIE, Desk, leads_to_sign_in, led_to, session_of

HOUR = 3600.0


def test_after_the_hours_of_a_session_the_cookie_opens_nothing(desk: Desk) -> None:
    assert desk.with_cookie(desk.cookie("xaver", age=11.9 * HOUR)).status_code == 200
    over = desk.cookie("xaver", age=12.1 * HOUR)
    assert desk.with_cookie(over).status_code == 401
    assert leads_to_sign_in(desk.with_cookie(over, "/tasks"))
    with pytest.raises(InvalidStatus, match="403"), desk.socket({COOKIE: over}):
        pass


def test_an_open_page_ends_with_its_session(desk: Desk) -> None:
    with desk.socket({COOKIE: desk.cookie("yvonne", age=12 * HOUR - 5)}) as socket:
        session_of(socket)
        assert led_to(socket) == "/"
