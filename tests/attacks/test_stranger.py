"""Somebody whom the provider knows, and nobody here."""

from __future__ import annotations

from tests.attacks.protected import ADMIN, COOKIE, SECONDS, ProtectedDashboard


def test_a_stranger_reads_whom_to_ask_and_sees_nothing_else(protected: ProtectedDashboard) -> None:
    browser = protected.sign_in("stranger", email="stranger@else.example")
    page = browser.get(f"{protected.url}/tasks", timeout=SECONDS)
    assert page.status_code == 403
    assert f"Ask {ADMIN} to let you in" in page.text
    assert "stranger@else.example" in page.text
    assert browser.get(f"{protected.url}/_stcore/metrics", timeout=SECONDS).status_code == 401
    browser.get(f"{protected.url}/", timeout=SECONDS)
    noted = [event.what for event in protected.audit().latest() if event.person == "stranger@else.example"]
    assert noted == ["was refused"]


def test_an_address_that_only_looks_like_the_teams_is_a_strangers(protected: ProtectedDashboard) -> None:
    for email in ("a@xteam.example", "a@team.example.evil", "a@sub.team.example", "team.example@evil.example"):
        assert protected.with_cookie(protected.cookie(email=email)).status_code == 401, email
    assert protected.with_cookie(protected.cookie(email="Ann@TEAM.example")).status_code == 200


def test_a_name_is_text_on_the_page_that_refuses(protected: ProtectedDashboard) -> None:
    cookie = protected.cookie(email="<b>x</b>@else.example")
    page = protected.get("/", cookies={COOKIE: cookie})
    assert page.status_code == 403
    assert "<b>" not in page.text
