"""When a task will be done, told by tasks like it or asked once."""

from __future__ import annotations

from tests.feed.upstream import Kling, raw


def test_how_long_it_takes_is_told_by_tasks_like_it_without_a_call(kling: Kling) -> None:
    kling.put(raw(1), raw(2), raw(3, "processing", created=kling.now - 50))
    feed = kling.feed()
    kling.look(feed)
    summary = kling.look(feed, 5)[0]
    assert summary.finishes_at == kling.now - 55 + 100
    assert summary.share == 0.55
    assert set(kling.calls) == {"page"}


def test_how_long_it_takes_is_asked_once_where_nothing_is_like_it(kling: Kling) -> None:
    kling.put(raw(3, "processing", created=kling.now))
    feed = kling.feed()
    kling.look(feed)
    summary = kling.look(feed, 5)[0]
    assert summary.finishes_at == kling.now + 40
    for _ in range(6):
        kling.look(feed, 5)
    assert kling.calls.count("task 3") == 1
