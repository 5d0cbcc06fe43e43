"""A page that is asked for again and again: what came just as before is taken in once."""

from __future__ import annotations

import pytest

from kling.feed.changes import ChangeLog
from kling.feed.forecast import Forecast
from kling.feed.summary import TaskSummary
from kling.feed.task_cache import TaskCache
from kling.models import Task, TaskPage
from tests.feed.upstream import BORN, raw


@pytest.fixture
def cache() -> TaskCache:
    return TaskCache(Forecast(), ChangeLog(), lambda _: None)


def page(*tasks: Task) -> TaskPage:
    return TaskPage(tasks)


def test_the_same_object_is_looked_at_once(cache: TaskCache, monkeypatch: pytest.MonkeyPatch) -> None:
    same, other = Task.read(raw(1)), Task.read(raw(2, "processing"))
    cache.merge_newest(page(same, other), BORN + 200.0)
    before = cache.to_list(None, BORN + 200.0)
    monkeypatch.setattr(TaskSummary, "of", lambda *_: pytest.fail("nothing of it has changed"))
    cache.merge_newest(page(same, other), BORN + 200.0)
    assert cache.to_list(before, BORN + 200.0) is before


def test_what_left_meanwhile_comes_back(cache: TaskCache) -> None:
    task = Task.read(raw(1))
    cache.merge_newest(page(task), BORN + 200.0)
    cache.remove(task.id or 0, "deleted", BORN + 200.0)
    cache.merge_newest(page(task), BORN + 200.0)
    assert task.id in cache


def test_a_page_has_the_last_word_after_an_answer_of_its_own(cache: TaskCache) -> None:
    task = Task.read(raw(1, "processing"))
    cache.merge_newest(page(task), BORN + 200.0)
    cache.merge([Task.read(raw(1, "submitted"))], BORN + 200.0)
    cache.merge_newest(page(task), BORN + 200.0)
    assert [each.state for each in cache.unfinished()] == ["processing"]
