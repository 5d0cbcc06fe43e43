"""Somebody makes a cookie up, or changes one."""

from __future__ import annotations

import base64
import json

import pytest
from websockets.exceptions import InvalidStatus

from tests.attacks.protected import ADMIN, COOKIE, ProtectedDashboard, leads_to_sign_in


def test_the_cookie_of_a_sign_in_opens_and_a_made_up_one_does_not(protected: ProtectedDashboard) -> None:
    assert protected.with_cookie(protected.cookie()).status_code == 200
    for made_up in (
        protected.cookie(secret="another"),
        protected.cookie(secret=" "),
        json.dumps({"email": ADMIN, "email_verified": True, "is_logged_in": True, "origin": protected.url}),
        base64.urlsafe_b64encode(json.dumps({"email": ADMIN}).encode()).decode(),
        "chunks-2",
        ".",
        "x" * 5000,
    ):
        assert protected.with_cookie(made_up).status_code == 401, made_up
        assert leads_to_sign_in(protected.with_cookie(made_up, "/tasks"))
        with pytest.raises(InvalidStatus, match="403"), protected.socket({COOKIE: made_up}):
            pass


def test_another_persons_claims_do_not_fit_under_the_same_signature(protected: ProtectedDashboard) -> None:
    _, when, signature = protected.cookie("eve").rsplit(".", 2)
    claims = protected.cookie("admin").rsplit(".", 2)[0]
    assert protected.with_cookie(f"{claims}.{when}.{signature}").status_code == 401


def test_a_cookie_signed_for_another_purpose_is_none_of_a_sign_in(protected: ProtectedDashboard) -> None:
    wanted = protected.get("/tasks").cookies["kling_wanted"]
    assert protected.with_cookie(wanted).status_code == 401


def test_a_made_up_way_back_is_not_followed(protected: ProtectedDashboard) -> None:
    signed_in = {COOKIE: protected.cookie()}
    for elsewhere in ("https://evil.example/", "//evil.example/", "Imh0dHBzOi8vZXZpbC5leGFtcGxlLyI.x"):
        answer = protected.get("/", cookies={**signed_in, "kling_wanted": elsewhere})
        assert answer.status_code == 200
        assert "location" not in answer.headers
    # Not even one that was asked for here: its path is a page of ours, whatever it begins with.
    asked = protected.get("//evil.example/tasks")
    assert asked.status_code == 401
