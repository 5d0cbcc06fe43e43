"""The version of a list, and what changed since one."""

from __future__ import annotations

from tests.feed.upstream import Kling, number, raw


def test_the_version_stays_while_nothing_changes_and_links_signed_anew_are_no_change(kling: Kling) -> None:
    kling.put(raw(1))
    feed = kling.feed()
    kling.look(feed)
    version = feed.known().version
    kling.look(feed, 60)
    assert feed.known().version == version
    item = raw(1)
    item["works"][0]["resource"]["resource"] += "?signature=2"
    kling.put(item)
    tasks = kling.look(feed, 60)
    assert feed.known().version == version
    assert tasks[0].task().video_url == "https://cdn.invalid/1.mp4?signature=2"


def test_what_changed_since_a_version_can_be_asked(kling: Kling) -> None:
    kling.put(raw(1, "submitted"), raw(2))
    feed = kling.feed()
    kling.look(feed)
    first = feed.known().version
    kling.put(raw(1, "processing"), raw(3, "submitted"))
    kling.look(feed, 5)
    kling.look(feed, 5)
    second = feed.known().version
    kling.put(raw(1))
    del kling.items[2]
    kling.look(feed, 5)
    kling.look(feed, 5)
    changes = feed.changes(second)
    assert [*map(number, changes.finished)] == [1]
    assert [*map(number, changes.gone)] == [2]
    assert [*map(number, feed.changes(first).added)] == [3]
    assert 2**53 + 1 in changes
    assert feed.changes(feed.known().version) == type(changes)()
