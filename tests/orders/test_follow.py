"""How often the task of an order is looked at: seldom, and not twice when its end is near."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kling.orders import Pace
from kling.orders.following import until_next_look


def moments(foretold: float, lasts: float) -> list[float]:
    """When a task is looked at that ends after `lasts` seconds, and says until then that it ends at `foretold`."""
    now, looks, found = 0.0, 0, [0.0]
    while now < lasts:
        now += until_next_look(Pace(), max(0.0, foretold - now), looks)
        looks += 1
        found.append(now)
    return found


@pytest.mark.parametrize("lasts", [5.3, 10.2, 20.9, 60.5, 100.0])
def test_a_task_near_its_end_is_looked_at_once(lasts: float) -> None:
    seen = moments(lasts, lasts)
    apart = [later - earlier for earlier, later in pairwise(seen)]
    assert min(apart) >= 1.0
    assert lasts <= seen[-1] <= lasts + 0.01


def test_one_that_takes_longer_than_foretold_is_not_asked_for_all_the_time() -> None:
    assert len([moment for moment in moments(10.0, 40.0) if moment > 10]) <= 31


def test_a_short_one_is_seen_as_soon_as_it_ends() -> None:
    assert moments(0.5, 0.5) == [0.0, pytest.approx(0.505)]
