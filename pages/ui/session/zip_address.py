"""The signed link under which several videos come as one download."""

from __future__ import annotations

from urllib.parse import urlencode

from kling.callbacks import is_secret_of, secret_of
from pages.ui.session import shared
from pages.ui.session.accounts import account as account_in_use
from pages.ui.session.media_links import route

MOST = 200


def zip_address(task_ids: tuple[int, ...]) -> str:
    """A link to the videos of these tasks. Whoever has it can fetch them, as with a link to a video itself."""
    account, listed = account_in_use() or "", ",".join(map(str, task_ids[:MOST]))
    secret = secret_of(shared.token(), _purpose(account, listed))
    return route(f"zip/{secret}?{urlencode({'account': account, 'tasks': listed})}")


def is_zip_secret(secret: str, account: str, listed: str) -> bool:
    """Whether the link to these tasks is one of ours."""
    return is_secret_of(secret, shared.token(), _purpose(account, listed))


def _purpose(account: str, listed: str) -> str:
    return f"zip {account} {listed}"
