"""What of the tasks somebody wants to see, and in which order; it lives in the address of the page."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from cachetools import LRUCache, cached
from cachetools.keys import hashkey

from kling.feed import TaskList, TaskSummary
from kling.models.tasks import MOTION_UPLOAD, MOTION_VIDEO
from kling.orders.ownership import Makers
from pages.ui import wording
from pages.ui.session.motion_names import Names
from pages.ui.session.viewer_zone import zone

KINDS = {"videos": "Videos", "motions": "Motions", "other": "Everything else"}
USUAL_KINDS = ("videos", "motions")
STATES = {"submitted": "Waiting", "processing": "In the making", "succeed": "Finished", "failed": "Failed"}
NOBODY = Makers()
NO_NAMES = Names()
WHOSE = {"mine": "Mine", "all": "Everybody's", "own": "Made here", "others": "Made elsewhere"}
"""Beside these, a person's id."""
SORTS: Mapping[str, str] = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "changed": "Changed last",
    "longest": "Took longest",
    "state": "By state",
}
_TYPES = {MOTION_VIDEO: "videos", MOTION_UPLOAD: "motions"}
_IN_ORDER = {"submitted": 1, "processing": 0, "failed": 2, "succeed": 3}
_KEYS: Mapping[str, Callable[[TaskSummary], Any]] = {
    "oldest": lambda summary: summary.created or 0,
    "changed": lambda summary: -(summary.updated or 0),
    "longest": lambda summary: -(summary.took or 0.0),
    "state": lambda summary: _IN_ORDER.get(summary.state, 4),
}


@dataclass(frozen=True)
class View:
    """Empty means all. `whose` is "all", "own" or "others" as in `WHOSE`, or the id of a person."""

    words: str = ""
    states: tuple[str, ...] = ()
    kinds: tuple[str, ...] = USUAL_KINDS
    whose: str = "all"
    day: date | None = None
    sort: str = "newest"

    @property
    def searches(self) -> bool:
        """Whether it may want what is older than what is held."""
        return bool(self.words.strip()) or self.day is not None


@dataclass(frozen=True)
class Lookups:
    """What beside the tasks decides which are wanted: names of motions, who made what, what people are called, the
    viewer's time."""

    names: Names = NO_NAMES
    makers: Makers = NOBODY
    people: tuple[tuple[str, str], ...] = ()
    timezone: str = "UTC"

    def maker_of(self, summary: TaskSummary) -> str:
        """The id of who had it made here; empty for what was made elsewhere."""
        return self.makers.of_task.get(summary.id or 0, "")


def _by_serial(account: str, tasks: TaskList, view: View, lookups: Lookups) -> Hashable:
    return hashkey(account, tasks.serial, view, lookups)


@cached(LRUCache(maxsize=128), key=_by_serial, lock=Lock())
def matching(account: str, tasks: TaskList, view: View, lookups: Lookups) -> tuple[TaskSummary, ...]:
    """The tasks wanted, in the order wanted; worked out once for all who look at the same."""
    found: Iterable[TaskSummary] = tasks
    for is_wanted in _tests(view, lookups):
        found = filter(is_wanted, found)
    if view.whose not in WHOSE and view.sort == "newest":
        found = sorted(found, key=lambda summary: summary.is_final)  # what somebody waits for stands first
    return tuple(found if view.sort == "newest" else sorted(found, key=_KEYS[view.sort]))


def _tests(view: View, lookups: Lookups) -> list[Callable[[TaskSummary], bool]]:
    """Only what is asked for costs anything."""
    tests: list[Callable[[TaskSummary], bool]] = []
    if view.kinds and set(view.kinds) != set(KINDS):
        tests.append(lambda summary: _TYPES.get(summary.type, "other") in view.kinds or not summary.is_readable)
    if view.states:
        tests.append(lambda summary: summary.state in view.states)
    if view.whose != "all":
        tests.append(_is_by(view.whose, lookups.makers))
    if view.day:
        there = zone(lookups.timezone)
        tests.append(lambda summary: day_of(summary, there) == view.day)
    if words := view.words.lower().split():
        tests.append(lambda summary: _says(summary, lookups.names, words))
    return tests


def _is_by(whose: str, makers: Makers) -> Callable[[TaskSummary], bool]:
    if whose in WHOSE:
        return lambda summary: (summary.id in makers.of_task) == (whose == "own")
    theirs = frozenset(task_id for task_id, person in makers.of_task.items() if person == whose)
    return lambda summary: summary.id in theirs


def _says(summary: TaskSummary, names: Mapping[str, str], words: list[str]) -> bool:
    text = f"{wording.describe(summary, names)} {summary.id or ''} {wording.state_of(summary).label}".lower()
    return all(word in text for word in words)


def day_of(summary: TaskSummary, zone: ZoneInfo) -> date | None:
    """The day on which it was ordered, where the viewer is."""
    return datetime.fromtimestamp(summary.created / 1000, zone).date() if summary.created else None
