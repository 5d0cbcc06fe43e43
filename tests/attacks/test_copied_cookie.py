"""Somebody has copied a cookie, and its owner signs out."""

from __future__ import annotations

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.protected import COOKIE, SECONDS, ProtectedDashboard, leads_to_sign_in, led_to, session_of


def test_a_copy_opens_nothing_after_the_sign_out(protected: ProtectedDashboard) -> None:
    browser = protected.sign_in("olga")
    copied = {name: value for name, value in browser.cookies.items() if name.startswith(COOKIE)}
    assert protected.get("/_stcore/metrics", cookies=copied).status_code == 200
    browser.get(f"{protected.url}/auth/logout", timeout=SECONDS)
    assert COOKIE not in browser.cookies
    assert protected.get("/_stcore/metrics", cookies=copied).status_code == 401
    assert leads_to_sign_in(protected.get("/tasks", cookies=copied))
    with pytest.raises(InvalidStatus, match="403"), protected.socket(copied):
        pass
    noted = [(event.what, event.address) for event in protected.audit().latest() if event.person == "olga@team.example"]
    assert noted == [("signed out", "127.0.0.1"), ("signed in", "127.0.0.1")]


def test_an_open_page_ends_with_the_sign_out(protected: ProtectedDashboard) -> None:
    browser = protected.sign_in("omar")
    with protected.socket(browser.cookies.get_dict()) as socket:
        session_of(socket)
        browser.get(f"{protected.url}/auth/logout", timeout=SECONDS)
        assert led_to(socket) == "/"
    assert socket.close_code == 1008


def test_a_copy_that_counts_no_more_signs_nobody_out(protected: ProtectedDashboard) -> None:
    old = protected.cookie("otto", age=100)
    protected.register().sign_out("otto@team.example")
    browser = {COOKIE: protected.cookie("otto", age=-2)}  # signs in a moment later
    protected.get("/auth/logout", cookies={COOKIE: old})
    assert protected.get("/_stcore/metrics", cookies=browser).status_code == 200


def test_a_page_elsewhere_signs_nobody_out(protected: ProtectedDashboard) -> None:
    signed_in = {COOKIE: protected.cookie("olli", age=5)}
    answer = protected.get("/auth/logout", cookies=signed_in, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert protected.get("/_stcore/metrics", cookies=signed_in).status_code == 200
