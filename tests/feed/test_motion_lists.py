"""The lists of motions from a service that pages as it likes, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kling import KlingClient
from kling.feed import Feeds
from tests.recorder import Recorder, answer, recording


@pytest.fixture
def upstream() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture
def feeds(upstream: Recorder) -> Iterator[Feeds]:
    """Looks are done at once, in the thread that asks."""
    client = KlingClient("user:1-lists", upstream.url, "me@x.y")
    yield Feeds(client, start=lambda look: look())
    client.close()


def page(first: int, count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"assetId": f"motion_{n}", "url": f"https://x.y/{n}.mp4", **more} for n in range(first, first + count)]


def own(feeds: Feeds) -> list[str]:
    feeds.own_motions.snapshot()
    return [motion.key for motion in feeds.own_motions.known().value or []]


@pytest.mark.parametrize("count", [1, 40, 100, 250])
def test_a_service_that_ignores_pages_is_asked_twice_and_shows_nothing_twice(
    upstream: Recorder, feeds: Feeds, count: int
) -> None:
    upstream.will(answer(200, page(0, count)))
    assert own(feeds) == [f"motion_{n}" for n in range(count)]
    assert len(upstream.seen) == 2


def test_links_that_are_signed_anew_with_every_answer_bring_nothing_new(upstream: Recorder, feeds: Feeds) -> None:
    signed = [[{"url": f"https://x.y/{n}.mp4?signed={look}"} for n in range(3)] for look in range(4)]
    upstream.will(*(answer(200, listed) for listed in signed))
    assert own(feeds) == [f"https://x.y/{n}.mp4" for n in range(3)]
    assert len(upstream.seen) == 2


def test_pages_that_are_shorter_than_asked_for_are_all_read(upstream: Recorder, feeds: Feeds) -> None:
    upstream.will(answer(200, page(0, 40)), answer(200, page(39, 40)), answer(200, page(79, 3)), answer(200, []))
    assert own(feeds) == [f"motion_{n}" for n in range(82)]
    assert [each.target.partition("pageNum=")[2].partition("&")[0] for each in upstream.seen] == ["1", "2", "3", "4"]


def test_an_empty_library_costs_one_request(upstream: Recorder, feeds: Feeds) -> None:
    upstream.will(answer(200, []))
    assert own(feeds) == []
    assert len(upstream.seen) == 1
