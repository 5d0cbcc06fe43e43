"""What is there of each account before a paid request leaves, read once for all orders that ask about the same time."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from kling.models import Task
from kling.orders.search import PAGE, Reader

TOLERANCE = 15 * 60_000
"""Ms that upstream's clock may step back: tasks made since are told by their ids, not by their time."""
PAGES = 5


class Before(NamedTuple):
    """What was there before a request: the ids of the newest tasks, and a time (ms) no later task is older than."""

    since: int | None
    ids: frozenset[int]


class TaskLists:
    """Thread-safe; ages are seconds by `clock`. Raises `KlingError` where a list cannot be had."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._before: dict[str, tuple[float, Before]] = {}

    def before(self, client: Reader, account: str, max_age: float) -> Before:
        """What is there now, so that everything else is new later."""
        with self._locks[account]:
            read = self._before.get(account)
            if read is None or self._clock() - read[0] > max_age:
                read = self._before[account] = (self._clock(), _before(client))
            return read[1]


def _before(client: Reader) -> Before:
    page = client.list_tasks(page_size=PAGE)
    ids = set(_by_id(page))
    since = max((task.created for task in page if task.created is not None), default=None)
    if since is None:
        return Before(None, frozenset(ids))
    since -= TOLERANCE
    for _ in range(PAGES - 1):
        if page.oldest is None or page.oldest <= since:
            return Before(since, frozenset(ids))
        page = client.list_tasks(page_size=PAGE, created_before=page.oldest)
        ids |= _by_id(page).keys()
    return Before(since if page.oldest is None else max(since, page.oldest), frozenset(ids))


def _by_id(page: list[Task]) -> dict[int, Task]:
    return {task.id: task for task in page if task.id is not None}
