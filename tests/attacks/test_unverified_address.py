"""Somebody gives the provider an address that is not theirs, and the provider has not looked."""

from __future__ import annotations

import pytest

from tests.attacks.protected import ADMIN, SECONDS, ProtectedDashboard


@pytest.mark.parametrize("said", [False, None, "true", 1])
def test_an_address_that_is_not_verified_opens_nothing(protected: ProtectedDashboard, said: object) -> None:
    browser = protected.sign_in("mallory", email=ADMIN, email_verified=said)
    page = browser.get(f"{protected.url}/tasks", timeout=SECONDS)
    assert page.status_code == 403
    assert "not verified your e-mail address" in page.text
    assert browser.get(f"{protected.url}/_stcore/metrics", timeout=SECONDS).status_code == 401


def test_microsoft_says_it_in_its_own_way(protected: ProtectedDashboard) -> None:
    verified = protected.cookie("ann", email_verified=None, xms_edov=True)
    assert protected.with_cookie(verified).status_code == 401  # said to be unknown is not said nothing
    assert protected.with_cookie(protected.cookie("ann", email_verified=False, xms_edov=True)).status_code == 401


@pytest.mark.parametrize(
    "email", ["", "admin", "admin@", "@team.example", "admin@team.example@evil.example", "admin@team.example\u212a"]
)
def test_what_is_no_address_opens_nothing(protected: ProtectedDashboard, email: str) -> None:
    assert protected.with_cookie(protected.cookie(email=email)).status_code == 401
