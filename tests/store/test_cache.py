"""What is read once for everybody: those who come at the same moment share an answer, or a fault."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from kling.store import ReadCache

MANY = 8


def ask_together(cache: ReadCache, answers: list[object]) -> list[object]:
    """What so many threads are told who want the same while the first of them is asking."""
    asking, go_on = threading.Event(), threading.Event()

    def ask() -> object:
        asking.set()
        go_on.wait(10)
        if isinstance(found := answers.pop(0), Exception):
            raise found
        return found

    def told() -> object:
        try:
            return cache.get("key", ask)
        except OSError as fault:
            return str(fault)

    with ThreadPoolExecutor(MANY) as pool:
        first = pool.submit(told)
        asking.wait(10)
        others = [pool.submit(cache.get, "other key", lambda: "at once").result()]
        waiting = [pool.submit(told) for _ in range(MANY - 1)]
        go_on.set()
        assert others == ["at once"], "who wants something else waits for nobody"
        return [each.result(10) for each in (first, *waiting)]


def test_those_who_want_the_same_at_once_have_it_asked_once() -> None:
    assert ask_together(ReadCache(), ["once"]) == ["once"] * MANY


def test_a_fault_is_told_to_all_who_waited_and_is_not_kept() -> None:
    cache = ReadCache()
    told = ask_together(cache, [OSError("away"), *["back"] * MANY])
    assert set(told) <= {"away", "back"}
    assert told[0] == "away"
    assert cache.get("key", lambda: "asked anew") in ("asked anew", "back")


def test_after_a_change_it_is_asked_anew() -> None:
    cache = ReadCache()
    assert cache.get("key", lambda: 1) == cache.get("key", lambda: 2) == 1
    cache.clear()
    assert cache.get("key", lambda: 2) == 2
    with pytest.raises(ZeroDivisionError):
        cache.get("other", lambda: 1 // 0)
    assert cache.get("other", lambda: 3) == 3
