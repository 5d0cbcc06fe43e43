"""The shared list of tasks, with a clock in hand and an upstream that counts."""

from __future__ import annotations

import tracemalloc

import pytest

from kling.errors import Expired, ServerError
from kling.feed import TaskSummary
from kling.models.tasks import Task, TaskPage
from tests.feed.upstream import Kling, number, numbers, raw
from tests.models.seed_samples import CREATE_ANSWER


def test_a_page_is_merged_by_id_and_the_newest_comes_first(kling: Kling) -> None:
    kling.put(raw(1), raw(2, "processing"))
    feed = kling.feed()
    assert numbers(kling.look(feed)) == [2, 1]
    kling.put(raw(3, "submitted"), raw(2))
    kling.look(feed, 5)
    tasks = kling.look(feed, 5)
    assert numbers(tasks) == [3, 2, 1]
    assert tasks[1].state == "succeed"


def test_older_history_comes_page_by_page_and_only_when_wanted(kling: Kling) -> None:
    kling.put(*(raw(n) for n in range(250)))
    feed = kling.feed()
    assert len(kling.look(feed)) == 100
    for expected in (200, 250):
        feed.want_older()
        assert len(kling.look(feed, 1)) == expected
    assert not feed.known().value.is_complete  # type: ignore[union-attr]
    feed.want_older()
    assert kling.look(feed, 1).is_complete
    feed.want_older()
    before = len(kling.calls)
    kling.look(feed, 1)
    assert len(kling.calls) == before
    assert numbers(kling.look(feed)) == list(range(249, -1, -1))


@pytest.mark.parametrize("longest", [1, 15])
def test_older_history_comes_whole_however_short_upstream_makes_its_pages(kling: Kling, longest: int) -> None:
    kling.put(*(raw(n) for n in range(20)))
    kling.longest = longest
    feed = kling.feed()
    kling.look(feed)
    while not kling.look(feed).is_complete:
        feed.want_older()
        kling.look(feed, 1)
    assert numbers(kling.look(feed)) == list(range(19, -1, -1))
    assert len(kling.calls) <= 20 / longest + 3


def test_a_task_missing_from_the_page_leaves_with_a_reason(kling: Kling) -> None:
    kling.put(*(raw(n) for n in range(5)), raw(5, "processing"))
    feed = kling.feed()
    kling.look(feed)
    del kling.items[3], kling.items[5]
    for _ in range(3):
        tasks = kling.look(feed, 50)
    assert numbers(tasks) == [4, 2, 1, 0]
    assert {number(task_id): why for task_id, why in tasks.gone.items()} == {3: "gone", 5: "gone"}
    assert "task 3" not in kling.calls


def test_an_expired_task_leaves_with_that_reason(kling: Kling, monkeypatch: pytest.MonkeyPatch) -> None:
    kling.put(raw(1, "processing"))
    feed = kling.feed()
    kling.look(feed)

    def expired(_: int) -> Task:
        raise Expired(410, "Task has expired")

    monkeypatch.setattr(kling, "get_task", expired)
    feed.look_at(2**53 + 1)
    kling.run()
    assert kling.look(feed).gone == {2**53 + 1: "expired"}


def test_our_own_deletion_is_seen_at_once(kling: Kling) -> None:
    kling.put(raw(1), raw(2))
    feed = kling.feed()
    kling.look(feed)
    del kling.items[2]
    feed.look_at(2**53 + 2, if_missing="deleted")
    kling.run()
    tasks = feed.known().value
    assert tasks is not None
    assert (numbers(tasks), tasks.gone) == ([1], {2**53 + 2: "deleted"})


def test_a_claim_is_asked_at_once_and_only_upstream_is_believed(kling: Kling) -> None:
    kling.put(raw(1, "processing"))
    feed = kling.feed()
    kling.look(feed)
    feed.look_at(2**53 + 1)
    kling.run()
    assert kling.calls[-1] == "task 1"
    assert feed.known().value[0].state == "processing"  # type: ignore[index]
    kling.put(raw(1))
    feed.look_at(2**53 + 1)
    kling.run()
    assert feed.known().value[0].state == "succeed"  # type: ignore[index]


def test_a_failing_upstream_keeps_the_list_and_is_asked_ever_more_rarely(kling: Kling) -> None:
    kling.put(raw(1))
    feed = kling.feed()
    kling.look(feed)
    kling.refusal = ServerError(503, "down")
    kling.look(feed, 60)
    before = len(kling.calls)
    for _ in range(600):
        assert numbers(kling.look(feed, 1)) == [1]
    assert len(kling.calls) - before <= 6 + 600 / 60
    assert feed.known().failing_for(kling.now) >= 600
    kling.refusal = None
    kling.look(feed, 60)
    assert feed.known().error is None
    assert feed.known().failing_for(kling.now) == 0


def test_one_task_upstream_cannot_tell_of_does_not_stop_the_others(
    kling: Kling, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kling.put(raw(1, "processing"))
    feed = kling.feed()
    kling.look(feed)

    def fault(_: int) -> Task:
        raise ServerError(500, "fault")

    monkeypatch.setattr(kling, "get_task", fault)
    for _ in range(4):
        kling.look(feed, 5)
    assert feed.known().error is None
    assert "could not be asked" in caplog.text


def test_an_unreadable_task_does_not_hide_the_others(kling: Kling) -> None:
    kling.put(raw(1))
    page = kling.list_tasks
    kling.list_tasks = lambda **options: TaskPage([Task.read("nonsense"), *page(**options)])  # type: ignore[method-assign]
    tasks = kling.look(kling.feed())
    assert [summary.is_readable for summary in tasks] == [False, True]


def test_ten_thousand_tasks_are_held_in_sixty_megabytes(kling: Kling) -> None:
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    held = [TaskSummary.of(Task.read({**CREATE_ANSWER, "works": [{"workId": n}]})) for n in range(10_000)]
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(held) == 10_000
    assert size <= 60e6


def test_ten_thousand_tasks_come_page_by_page_and_no_further(kling: Kling) -> None:
    kling.put(*(raw(n) for n in range(10_150)))
    feed = kling.feed()
    kling.look(feed)
    for _ in range(130):
        feed.want_older()
        kling.look(feed, 1)
    tasks = kling.look(feed)
    assert (len(tasks), tasks.is_complete) == (10_000, True)
    assert numbers(tasks)[0] == 10_149


def test_once_the_list_cannot_be_read_it_is_asked_itself_until_it_can(kling: Kling) -> None:
    """A look at something else that does no harm would take the trouble off the page while it lasts."""
    kling.put(raw(1, "processing"), raw(2, "processing"))
    feed = kling.feed()
    kling.look(feed)
    kling.refusal = ServerError(502, "down")
    while feed.known().error is None:
        kling.look(feed, 60)
    asked = len(kling.calls)
    for _ in range(4):
        kling.look(feed, 60)
        assert feed.known().error is not None
    assert set(kling.calls[asked:]) == {"page"}
    kling.refusal = None
    kling.look(feed, 60)
    assert feed.known().error is None
