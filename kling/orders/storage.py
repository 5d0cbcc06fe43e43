"""Faults of the database and the disk: what they are called, and how people are told."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from kling.errors import InvalidInput, NotConfigured

STORAGE_ERRORS = (SQLAlchemyError, OSError)
AWAY = "The database of orders does not answer. Nothing that was placed is lost: it goes on as soon as it does."
FULL = "The disk of the dashboard is full. Nothing that was placed is lost: it goes on as soon as there is room."
READ_ONLY = (
    "The dashboard may not write to its data folder or its database. Nothing that was placed is lost: see to their "
    "rights, or correct KLING_DATABASE_URL."
)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)


def describe_fault(error: BaseException) -> str:
    """What is wrong, and that it is waited for."""
    words = str(getattr(error, "orig", None) or error)
    number = error.errno if isinstance(error, OSError) else None
    if number in _FULL or "disk is full" in words or "disk I/O error" in words or "No space left" in words:
        return FULL
    if number in _READ_ONLY or "readonly database" in words or "unable to open database file" in words:
        return READ_ONLY
    return AWAY


@contextmanager
def storage_errors_as_not_configured() -> Iterator[None]:
    """A fault as `NotConfigured`, with a sentence and without the address of the database."""
    try:
        yield
    except STORAGE_ERRORS as error:
        sentence = describe_fault(error)
    else:
        return
    raise NotConfigured(sentence)


@contextmanager
def storage_errors_as_invalid_input() -> Iterator[None]:
    """A fault as `InvalidInput`: nothing was placed."""
    try:
        yield
    except STORAGE_ERRORS as error:
        sentence = describe_fault(error).partition(". ")[0]
    else:
        return
    raise InvalidInput(f"{sentence}. Nothing was sent and nothing was charged. See to it, then send it again.")
