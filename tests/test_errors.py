"""Which class a status becomes, what of the API's words is kept, and how long to wait."""

import copy
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest

from kling.errors import (
    AccountBroken,
    ApiError,
    BadRequest,
    Expired,
    Forbidden,
    InvalidInput,
    KlingError,
    NotConfigured,
    NotFound,
    PaymentNeeded,
    RateLimited,
    Refused,
    ServerError,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
    refusal,
)

NOW = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
MODERATION = "The content you uploaded appears to violate the community guidelines. (CM_EXT.POther)"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, BadRequest),
        (401, Unauthorized),
        (402, PaymentNeeded),
        (403, Forbidden),
        (404, NotFound),
        (408, ServerError),
        (410, Expired),
        (412, PaymentNeeded),
        (422, Refused),
        (429, RateLimited),
        (500, ServerError),
        (502, ServerError),
        (503, ServerError),
        (504, ServerError),
        (596, AccountBroken),
        (599, ServerError),
        (302, ApiError),
        (405, ApiError),
        (600, ApiError),
    ],
)
def test_status_to_class(status: int, kind: type[ApiError]) -> None:
    error = refusal(status, {"error": "words", "message": "more"}, None, NOW)
    assert type(error) is kind
    assert (error.status, error.error, error.message) == (status, "words", "more")
    assert str(error) == f"Kling answered {status}: words"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"error": MODERATION, "message": "Service busy (CM_EXT.POther)"}, Refused),
        ({"error": "Violates the Community Guidelines"}, Refused),
        ({"error": {"code": 500, "message": MODERATION}}, Refused),
        ({"error": "", "message": "Service busy (CM_EXT.POther)"}, Refused),
        ({"error": "Internal error", "message": "Service busy"}, ServerError),
        (None, ServerError),
    ],
)
def test_a_500_is_told_by_its_words(body: Any, kind: type[ApiError]) -> None:
    assert type(refusal(500, body, None, NOW)) is kind
    assert type(refusal(503, body, None, NOW)) is ServerError


def test_the_words_are_kept_as_they_came() -> None:
    body = {"error": {"code": 3, "message": "No person", "status": "X", "details": []}, "message": "Bad Request"}
    error = refusal(400, body, None, NOW)
    assert error.error == body["error"]
    assert error.body == body
    assert error.words == "No person"


@pytest.mark.parametrize("body", [None, "<html>", [], 3, {}, {"error": None}, {"error": [1]}, {"error": {"a": {}}}])
def test_a_body_without_words(body: Any) -> None:
    error = refusal(404, body, "x", NOW)
    assert str(error) == "Kling answered 404: no words"
    assert error.body == body


def test_long_words_are_cut_for_the_log_only() -> None:
    error = refusal(400, {"error": "x" * 10_000}, None, NOW)
    assert len(str(error)) < 600
    assert error.error == "x" * 10_000


@pytest.mark.parametrize(
    ("header", "retry_at", "seconds"),
    [
        ("10", None, 10),
        ("1.5", None, 1.5),
        ("0", "2026-11-20T12:01:00Z", 0),
        ("-5", None, 0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", None, 30),
        ("Fri, 20 Nov 2026 11:00:30 GMT", None, 0),
        (None, "2026-11-20T12:00:45.500Z", 45.5),
        (None, "2026-11-20T13:00:20+01:00", 20),
        (None, "2026-11-20T12:00:20", 20),
        ("soon", "2026-11-20T12:00:20Z", 20),
        ("nan", None, None),
        ("inf", None, None),
        ("soon", "later", None),
        (None, 20, None),
        (None, {}, None),
        (None, None, None),
    ],
)
def test_how_long_to_wait(header: str | None, retry_at: Any, seconds: float | None) -> None:
    error = refusal(429, {"error": "busy", "retryAfter": retry_at}, header, NOW)
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


EACH: list[KlingError] = [
    NotConfigured("No token."),
    InvalidInput("Motion is missing.", "work_id"),
    Unreachable("Gone.", sent=False),
    UnexpectedAnswer("Odd.", 200, {"a": 1}),
    refusal(429, {"error": "busy"}, "7", NOW),
    AccountBroken(596, "broken", "m", {"error": "broken"}),
]


@pytest.mark.parametrize("error", EACH, ids=lambda error: type(error).__name__)
def test_errors_survive_copying(error: KlingError) -> None:
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(other) is type(error)
        assert str(other) == str(error)
        assert vars(other) == vars(error)


def test_defaults() -> None:
    assert InvalidInput("x").field is None
    assert Unreachable("x").sent is None
    assert UnexpectedAnswer("x").status is None
    assert RateLimited(429).retry_after is None
    assert repr(NotConfigured("No token.")) == "NotConfigured('No token.')"
