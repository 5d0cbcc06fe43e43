"""Calls to the API, counted for the whole process and logged one by one: what was asked and how it ended."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter

from kling.errors import ApiError, KlingError

CALLS = Counter(
    "kling_upstream_calls",
    "Calls to the service, by what was asked and how it ended: ok, or the kind of the error with its status",
    ["call", "outcome"],
)
log = logging.getLogger(__name__)
_ONE = re.compile(r"(?<=^/tasks/).+|(?<=^/accounts/).+|(?<=^/scheduler/)(?!available).+")


@contextmanager
def counted(method: str, path: str) -> Iterator[None]:
    """Count and log the call inside, once it has ended. Which task or account it was about is not told."""
    call, outcome, began = f"{method} {_ONE.sub('…', path)}", "ok", time.monotonic()
    try:
        yield
    except KlingError as error:
        outcome = f"{type(error).__name__} {error.status}" if isinstance(error, ApiError) else type(error).__name__
        raise
    except BaseException:
        outcome = "cut off"
        raise
    finally:
        CALLS.labels(call, outcome).inc()
        log.info("%s: %s after %.0f ms", call, outcome, (time.monotonic() - began) * 1000)
