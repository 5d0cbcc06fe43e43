"""The signed link under which several videos come as one download."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from kling.callbacks import is_secret_of, secret_of
from pages.ui.session import shared
from pages.ui.session.accounts import account as account_in_use
from pages.ui.session.accounts import person
from pages.ui.session.media_links import route

MOST = 200
KEPT = "kept results"
"""Stands for the archive where else an account does."""
LIFE = 3600
"""Seconds for which a link is good, at least; at most twice as long, so that it need not change with each drawing."""


def zip_address(task_ids: tuple[int, ...]) -> str:
    """A link to the videos of these tasks, for this person, for an hour or two."""
    return _address(account_in_use() or "", ",".join(map(str, task_ids[:MOST])))


def zip_of_results(task_ids: tuple[str, ...]) -> str:
    """The same to the kept videos of these results."""
    return _address(KEPT, ",".join(task_ids[:MOST]))


def _address(account: str, listed: str) -> str:
    until = (int(time.time()) // LIFE + 2) * LIFE
    secret = secret_of(shared.token(), _purpose(account, listed, until, person()))
    return route(f"zip/{secret}?{urlencode({'account': account, 'tasks': listed, 'until': until})}")


def is_zip_secret(secret: str, account: str, listed: str, until: str, person: str) -> bool:
    """Whether the link to these tasks is one of ours, is this person's, and is still good."""
    if not (until.isascii() and until.isdecimal() and len(until) < 12 and int(until) > time.time()):
        return False
    return is_secret_of(secret, shared.token(), _purpose(account, listed, int(until), person))


def _purpose(account: str, listed: str, until: int, person: str) -> str:
    return f"zip {account} {listed} until {until} for {person}"
