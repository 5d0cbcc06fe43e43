"""The numbers that stand on more than one page: what waits, what is free, what is left. One source for all of them."""

from __future__ import annotations

from kling import Capacity
from kling.feed import TaskList
from pages.ui.session import shared
from pages.ui.session.accounts import account, feeds


def order_accounts(email: str | None = None) -> frozenset[str]:
    """Under which names orders know an account, by default the one in use: the first one has none, too."""
    wanted = email or account() or ""
    first = shared.feeds(shared.settings().account).account
    is_first = not wanted or wanted == (shared.settings().account or first)
    return frozenset({wanted, first or wanted, ""} if is_first else {wanted})


def count_waiting(tasks: TaskList | None) -> int | None:
    """What nobody works on yet: orders that wait here, and tasks that wait at Kling."""
    if tasks is None:
        return None
    at_kling = sum(not each.is_final and each.state == "submitted" for each in tasks)
    return at_kling + shared.orders().count_waiting(order_accounts())


def free_places(capacity: Capacity | None, email: str | None = None) -> tuple[int, int] | None:
    """How many more videos of an account, by default the one in use, can be made at once, and how many in all.

    What Kling told of its places is some seconds old; orders and tasks that are known to be at work count as well.
    """
    if capacity is None or not capacity.available:
        return None
    of = shared.feeds(email or account())
    places = shared.orders().taken_places(order_accounts(email), email or of.account, capacity)
    tasks = of.tasks.known().value if email in (None, feeds().account) else None
    taken = max(places.others, len(tasks.unfinished) if tasks else 0)
    return max(0, places.at_most - taken), places.at_most
