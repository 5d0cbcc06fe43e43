"""What reaches the dashboard from outside: Kling's callbacks, and links that it has signed itself.

Both carry a secret made from the token, so that they survive a restart and say nothing about it.
"""

from __future__ import annotations

import hashlib
import hmac
import json

BODY_BYTES = 1024 * 1024
SECRET_LENGTH = 40


def secret_of(token: str, purpose: str) -> str:
    """The part of an address that only we can make; letters and digits."""
    return hmac.new(token.encode(), f"kling dashboard, {purpose}".encode(), hashlib.sha256).hexdigest()[:SECRET_LENGTH]


def is_secret_of(given: str, token: str, purpose: str) -> bool:
    """Whether `given` is that secret, without telling by its timing how nearly."""
    return hmac.compare_digest(given.encode(), secret_of(token, purpose).encode())


def callback_purpose(account: str | None) -> str:
    """An account's callbacks have an address of their own, because they do not say whose they are."""
    return f"callback {account or ''}"


def claimed_task(body: bytes) -> int | None:
    """The number of the task that a callback speaks of; None when it cannot be read. Nothing else of it is believed."""
    try:
        said = json.loads(body)
        number = said["task"]["id"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**63 else None
