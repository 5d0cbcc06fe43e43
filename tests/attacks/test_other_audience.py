"""A sign-in that was meant for another dashboard."""

from __future__ import annotations

from tests.attacks.protected import ADMIN, ProtectedDashboard, leads_to_sign_in


def test_a_cookie_of_another_dashboard_with_the_same_secret_opens_nothing(protected: ProtectedDashboard) -> None:
    for origin in (
        "https://desk.example",
        protected.url.replace("127.0.0.1", "localhost"),
        f"{protected.url}1",
        "",
        None,
    ):
        cookie = protected.cookie(email=ADMIN, origin=origin)
        assert protected.with_cookie(cookie).status_code == 401
        assert leads_to_sign_in(protected.with_cookie(cookie, "/"))


def test_a_cookie_that_says_nobody_has_signed_in_opens_nothing(protected: ProtectedDashboard) -> None:
    for said in (False, None, "yes", 1):
        assert protected.with_cookie(protected.cookie(email=ADMIN, is_logged_in=said)).status_code == 401


def test_a_code_of_the_provider_that_nobody_here_asked_for_signs_nobody_in(protected: ProtectedDashboard) -> None:
    answer = protected.get("/oauth2callback?code=stolen&state=made-up")
    assert answer.status_code == 302
    assert answer.headers["location"] == "/"
    assert "_streamlit_user" not in answer.cookies
