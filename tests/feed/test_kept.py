"""Tasks that are kept stay in the list beyond the week of Kling's, and older ones come after Kling's last."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kling.feed import TaskFeed
from kling.feed.scheduler import HISTORY_SECONDS
from kling.models.tasks import Task
from tests.feed.upstream import BORN, Kling, numbers, raw

DAY = 86_400.0


class Archive:
    """Tasks that are kept; counts what it is asked."""

    def __init__(self, *created: float) -> None:
        made = enumerate(created, start=1)
        self.tasks = [Task.read(raw(number, created=BORN + seconds)) for number, seconds in made]
        self.asked = 0

    def of(self, task_ids: Sequence[int]) -> list[Task]:
        return [task for task in self.tasks if task.id in task_ids]

    def before(self, created: int | None, count: int) -> list[Task]:
        self.asked += 1
        older = [task for task in self.tasks if created is None or (task.created or 0) < created]
        return sorted(older, key=lambda task: -(task.created or 0))[: min(count, 2)]


@pytest.fixture
def kling() -> Kling:
    return Kling()


def feed_of(kling: Kling, archive: Archive) -> TaskFeed:
    return TaskFeed(lambda: kling, archived=archive, clock=lambda: kling.now, start=kling.started.append)


def look_back(kling: Kling, feed: TaskFeed) -> list[int]:
    feed.want_older()
    return numbers(kling.look(feed, HISTORY_SECONDS))


def test_what_is_kept_comes_after_the_last_of_kling(kling: Kling) -> None:
    archive = Archive(-30 * DAY, -20 * DAY, -10 * DAY)
    kling.put(raw(8), raw(9))
    feed = feed_of(kling, archive)
    assert numbers(kling.look(feed)) == [9, 8]
    assert look_back(kling, feed) == [9, 8]  # Kling has nothing older
    assert archive.asked == 0
    assert look_back(kling, feed) == [9, 8, 3, 2]
    assert look_back(kling, feed) == [9, 8, 3, 2, 1]
    assert look_back(kling, feed) == [9, 8, 3, 2, 1]
    assert kling.look(feed, 60).is_complete
    assert kling.calls.count("older") == 1


def test_what_is_kept_is_there_where_kling_has_nothing(kling: Kling) -> None:
    feed = feed_of(kling, Archive(-30 * DAY))
    assert numbers(kling.look(feed)) == []
    assert look_back(kling, feed) == [1]


def test_what_kling_forgets_stays_if_it_is_kept(kling: Kling) -> None:
    archive = Archive(1.0)
    kling.put(raw(1), raw(2), raw(9, created=BORN + 19_000))
    feed = feed_of(kling, archive)
    assert numbers(kling.look(feed)) == [9, 2, 1]
    kling.put(raw(10, created=BORN + 7.5 * DAY))
    for number in (1, 2, 9):
        del kling.items[number]
    tasks = kling.look(feed, 7.6 * DAY)
    assert numbers(tasks) == [10, 1]
    assert set(tasks.gone.values()) == {"expired"}
    assert numbers(kling.look(feed, 60)) == [10, 1]
