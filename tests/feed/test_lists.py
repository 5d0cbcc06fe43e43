"""The shared lists: one look upstream for everyone, the last good value kept, a clock in hand."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from kling.errors import KlingError, RateLimited, ServerError
from kling.feed import Feed


class Upstream:
    """Counts looks and answers what it is told; `run()` does the looks that were started."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.looks = 0
        self.answer: str | KlingError = "first"
        self.started: list[Callable[[], None]] = []

    def fetch(self) -> str:
        self.looks += 1
        if isinstance(self.answer, KlingError):
            raise self.answer
        return self.answer

    def run(self) -> None:
        while self.started:
            self.started.pop()()

    def feed(self, interval: float = 5.0) -> Feed[str]:
        return Feed(self.fetch, lambda _: interval, clock=lambda: self.now, start=self.started.append)


@pytest.fixture
def upstream() -> Upstream:
    return Upstream()


def test_a_snapshot_never_waits_for_the_look_it_starts(upstream: Upstream) -> None:
    feed = upstream.feed()
    before = feed.snapshot()
    assert (before.value, before.is_looking, upstream.looks) == (None, True, 0)
    upstream.run()
    after = feed.snapshot()
    assert (after.value, after.is_looking, after.fetched_at) == ("first", False, 1000.0)


def test_nobody_watching_means_no_looks_and_many_watching_means_one(upstream: Upstream) -> None:
    feed = upstream.feed()
    assert not upstream.started
    for _ in range(50):
        feed.snapshot()
    assert len(upstream.started) == 1
    upstream.run()
    upstream.now += 4.9
    feed.snapshot()
    assert not upstream.started
    upstream.now += 0.2
    feed.snapshot()
    feed.snapshot()
    assert len(upstream.started) == 1


def test_fifty_threads_on_a_cold_feed_cost_one_call() -> None:
    calls = []
    gate = threading.Event()

    def fetch() -> str:
        calls.append(1)
        gate.wait(10)
        return "once"

    feed = Feed(fetch, lambda _: 60.0)
    threads = [threading.Thread(target=feed.snapshot) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gate.set()
    assert feed.settled().value == "once"
    assert len(calls) == 1


def test_a_failed_look_keeps_the_last_good_value_and_says_why(upstream: Upstream) -> None:
    feed = upstream.feed()
    feed.snapshot()
    upstream.run()
    upstream.now += 6
    upstream.answer = ServerError(503, "down")
    feed.snapshot()
    upstream.run()
    failed = feed.snapshot()
    assert failed.value == "first"
    assert failed.error is upstream.answer
    assert failed.age(upstream.now) == 6
    upstream.now += 60
    upstream.answer = "first"
    feed.snapshot()
    upstream.run()
    healed = feed.snapshot()
    assert healed.error is None
    assert healed.version > failed.version


def test_looks_grow_rarer_while_upstream_fails(upstream: Upstream) -> None:
    feed = upstream.feed()
    upstream.answer = ServerError(503, "down")
    waits = []
    for _ in range(8):
        feed.snapshot()
        upstream.run()
        start = upstream.now
        while not upstream.started:
            upstream.now += 1
            feed.snapshot()
        waits.append(upstream.now - start)
        upstream.run()
    assert waits == sorted(waits)
    assert waits[-1] == 60


def test_retry_after_is_obeyed(upstream: Upstream) -> None:
    feed = upstream.feed()
    upstream.answer = RateLimited(429, "busy", retry_after=90.0)
    feed.snapshot()
    upstream.run()
    upstream.now += 89
    feed.snapshot()
    assert not upstream.started
    upstream.now += 2
    feed.snapshot()
    assert upstream.started


def test_look_again_looks_at_once_even_when_a_look_was_under_way(upstream: Upstream) -> None:
    feed = upstream.feed(interval=600)
    feed.snapshot()
    feed.look_again()
    upstream.run()
    upstream.answer = "second"
    assert feed.snapshot().is_looking
    upstream.run()
    assert feed.snapshot().value == "second"


def test_an_unforeseen_fault_does_not_stop_the_feed(caplog: pytest.LogCaptureFixture) -> None:
    now: list[float] = [0.0]
    started: list[Callable[[], None]] = []

    def fetch() -> str:
        raise ZeroDivisionError

    feed = Feed(fetch, lambda _: 1.0, clock=lambda: now[0], start=started.append)
    feed.snapshot()
    started.pop()()
    assert isinstance(feed.snapshot().error, KlingError)
    now[0] += 61
    assert feed.snapshot().is_looking
    assert "ZeroDivisionError" in caplog.text
