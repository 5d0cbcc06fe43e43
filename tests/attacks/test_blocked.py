"""Somebody is blocked while they work."""

from __future__ import annotations

from tests.attacks.protected import COOKIE, ProtectedDashboard, led_to, session_of


def test_a_blocked_persons_open_page_ends_and_nothing_opens_again(protected: ProtectedDashboard) -> None:
    cookies = {COOKIE: protected.cookie("bob")}
    with protected.socket(cookies) as socket:
        session_of(socket)
        protected.register().block("bob@team.example")
        assert led_to(socket) == "/"
    assert socket.close_code == 1008
    assert protected.get("/_stcore/metrics", cookies=cookies).status_code == 401
    page = protected.get("/", cookies=cookies)
    assert page.status_code == 403
    assert "may not come in here" in page.text
    assert protected.with_cookie(protected.cookie("bob")).status_code == 401  # signing in anew does not help
    assert protected.with_cookie(protected.cookie("berta")).status_code == 200


def test_who_is_let_in_again_is_in(protected: ProtectedDashboard) -> None:
    register = protected.register()
    register.block("bill@team.example")
    register.block("bill@team.example", is_blocked=False)
    assert protected.with_cookie(protected.cookie("bill")).status_code == 200
