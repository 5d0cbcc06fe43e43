"""What can go wrong, as one tree; `str()` of any of these is safe to log.

KlingError
  NotConfigured             no token or account yet
  InvalidInput              refused before sending; .field
  NotAllowed                this person may not do that here
  Unreachable               no answer; .sent is False or None
  UnexpectedAnswer          an answer that cannot be read; .status
  ApiError                  the API said no; .status .error .message .body
    BadRequest              400
    Unauthorized            401
    PaymentNeeded           402, 412
    Forbidden               403
    NotFound                404
    Expired                 410
    Refused                 422, and a 500 whose text says moderation
    RateLimited             429; .retry_after
    AccountBroken           596
    ServerError             every other 5xx, and 408
"""

# The names are the house's and say what happened; "Error" after each would say nothing more.
# ruff: noqa: N818

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_WORDS_SHOWN = 500
_MODERATION = ("cm_ext", "community guidelines")


class KlingError(Exception):
    """Anything this package raises on purpose."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class NotConfigured(KlingError):
    """A token or an account is missing or unusable; nothing was sent."""


class InvalidInput(KlingError):
    """Refused before sending; `field` is the Python name of what is wrong, if it is one field."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message, field)
        self.field = field

    def __str__(self) -> str:
        return str(self.args[0])


class NotAllowed(KlingError):
    """This dashboard's own rules do not let this person do it; nothing was sent. `str()` is a sentence for them."""


class Unreachable(KlingError):
    """No answer. `sent` is False when nothing can have been received, None when nobody knows."""

    def __init__(self, message: str, sent: bool | None = None) -> None:
        super().__init__(message, sent)
        self.sent = sent

    def __str__(self) -> str:
        return str(self.args[0])


class UnexpectedAnswer(KlingError):
    """An answer came and cannot be read. After a POST it may have been carried out all the same."""

    def __init__(self, message: str, status: int | None = None, body: Any = None) -> None:
        super().__init__(message, status, body)
        self.status = status
        self.body = body

    def __str__(self) -> str:
        return str(self.args[0])


class ApiError(KlingError):
    """The API said no. `error` and `message` are its own words, `body` is all it said."""

    def __init__(self, status: int, error: Any = "", message: str = "", body: Any = None) -> None:
        super().__init__(status, error, message, body)
        self.status = status
        self.error = error
        self.message = message
        self.body = body

    def __str__(self) -> str:
        return f"Kling answered {self.status}: {self.words or 'no words'}"

    @property
    def words(self) -> str:
        """What the API said, in one short line: `error` first, because `message` is often generic."""
        return (_text(self.error) or self.message)[:_WORDS_SHOWN]


class BadRequest(ApiError):
    """400: a parameter is missing or wrong, or no person was found in the picture."""


class Unauthorized(ApiError):
    """401: the token is missing or wrong."""


class PaymentNeeded(ApiError):
    """402 or 412: the subscription has run out, or there are not enough credits."""


class Forbidden(ApiError):
    """403: not ours, or the session was rejected."""


class NotFound(ApiError):
    """404: no such task or account, or a file that has to be uploaded again."""


class Expired(ApiError):
    """410: tasks are kept for 7 days."""


class Refused(ApiError):
    """422, or 500 with a moderation text: the picture, the video or the words were refused."""


class RateLimited(ApiError):
    """429: every account is busy; `retry_after` is how many seconds to wait, if the API said so."""

    def __init__(
        self,
        status: int,
        error: Any = "",
        message: str = "",
        body: Any = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(status, error, message, body)
        self.retry_after = retry_after


class AccountBroken(ApiError):
    """596: the session of the Kling account is broken; it has to be added again at useapi.net."""


class ServerError(ApiError):
    """408 or 5xx: slow or down. After a POST it may have been carried out all the same."""


BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    402: PaymentNeeded,
    403: Forbidden,
    404: NotFound,
    408: ServerError,
    410: Expired,
    412: PaymentNeeded,
    422: Refused,
    429: RateLimited,
    596: AccountBroken,
}


def refusal(status: int, body: Any, retry_after_header: str | None, now: datetime) -> ApiError:
    """The error for an answer; `body` is what its JSON held, or its text, or None."""
    fields = body if isinstance(body, dict) else {}
    error, message = fields.get("error", ""), _text(fields.get("message"))
    refused = _class_for(status, f"{_text(error)} {message}")(status, error, message, body)
    if isinstance(refused, RateLimited):
        refused.retry_after = seconds_to_wait(retry_after_header, fields.get("retryAfter"), now)
    return refused


def _class_for(status: int, words: str) -> type[ApiError]:
    if status == 500 and any(sign in words.casefold() for sign in _MODERATION):
        return Refused
    return BY_STATUS.get(status, ServerError if 500 <= status <= 599 else ApiError)


def seconds_to_wait(header: str | None, retry_at: Any, now: datetime) -> float | None:
    """Seconds from `now`: by the header (seconds or HTTP date), else by `retry_at` (ISO 8601)."""
    for read, given in ((_seconds, header), (_http_date, header), (_iso_date, retry_at)):
        try:
            return max(0.0, read(given, now))
        except (TypeError, ValueError, OverflowError):
            continue
    return None


def _seconds(given: Any, now: datetime) -> float:
    seconds = float(given)
    if not math.isfinite(seconds):
        raise ValueError(given)
    return seconds


def _http_date(given: Any, now: datetime) -> float:
    return _seconds_until(parsedate_to_datetime(given), now)


def _iso_date(given: Any, now: datetime) -> float:
    return _seconds_until(datetime.fromisoformat(given), now)


def _seconds_until(when: datetime, now: datetime) -> float:
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return (aware - now).total_seconds()


def _text(value: Any) -> str:
    """The words in `error`, which may be an object `{"code", "message", "status", "details"}`."""
    if isinstance(value, dict):
        value = value.get("message") or value.get("error") or value.get("status") or ""
    return value.strip() if isinstance(value, str) else ""
