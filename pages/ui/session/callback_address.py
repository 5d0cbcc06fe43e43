"""The address at which Kling tells us of changes, one for each account; its secret says whose they are."""

from __future__ import annotations

from kling import callbacks
from pages.ui.session.shared import feeds, settings, token


def callback_address(account: str | None) -> str | None:
    """Where Kling can tell us of an account's tasks; None when it cannot reach us."""
    public = settings().public_url
    secret = callbacks.secret_of(token(), callbacks.callback_purpose(account))
    return f"{public}/hooks/kling/{secret}" if public else None


def account_of_callback(secret: str) -> str | None:
    """Whose callbacks come with this secret: an e-mail, or an empty text for the first account; None for nobody's."""
    listed = feeds(settings().account).accounts.known().value or []
    accounts = dict.fromkeys(["", settings().account or "", *(each.email or "" for each in listed)])
    purposes = {account: callbacks.callback_purpose(account) for account in accounts}
    return next((a for a, purpose in purposes.items() if callbacks.is_secret_of(secret, token(), purpose)), None)
