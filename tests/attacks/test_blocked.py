"""Somebody is blocked while they work."""

from __future__ import annotations

from tests.attacks.desk import COOKIE, Desk, led_to, session_of


def test_a_blocked_persons_open_page_ends_and_nothing_opens_again(desk: Desk) -> None:
    cookies = {COOKIE: desk.cookie("bob")}
    with desk.socket(cookies) as socket:
        session_of(socket)
        desk.register().block("bob@team.example")
        assert led_to(socket) == "/"
    assert socket.close_code == 1008
    assert desk.get("/_stcore/metrics", cookies=cookies).status_code == 401
    page = desk.get("/", cookies=cookies)
    assert page.status_code == 403
    assert "may not come in here" in page.text
    assert desk.with_cookie(desk.cookie("bob")).status_code == 401  # signing in anew does not help
    assert desk.with_cookie(desk.cookie("berta")).status_code == 200


def test_who_is_let_in_again_is_in(desk: Desk) -> None:
    register = desk.register()
    register.block("bill@team.example")
    register.block("bill@team.example", is_blocked=False)
    assert desk.with_cookie(desk.cookie("bill")).status_code == 200
