"""What one person sees of the tasks: the view in the address, what is drawn, and who draws what again."""

from __future__ import annotations

import functools
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import streamlit as st

from kling.feed import Feeds, Snapshot, TaskList, TaskSummary
from kling.orders.charges import Charges
from pages import streamlit_internals
from pages.ui import session
from pages.ui.session import Key, people, shared
from pages.ui.session.identity import me
from pages.ui.tasks.query import USUAL_KINDS, Lookups, View, matching
from pages.ui.tasks.query import WHOSE as WHOSE_WORDS
from pages.ui.wording.people import called

ROWS = 100


class Versions(NamedTuple):
    """Of what the page shows that changes by itself."""

    tasks: int = 0
    capacity: int = 0
    balance: int = 0
    makers: int = 0
    charges: int = 0


DRAWN_VERSIONS = Key("tasks versions drawn", Versions())
CHOSEN_VERSION = Key("chosen tasks version drawn", 0)
# The filters' keys are their names in the address.
WORDS: Key[str | None] = Key("words", None)
STATE: Key[list[str] | None] = Key("state", None)
KIND: Key[Sequence[str] | None] = Key("kind", USUAL_KINDS)
WHOSE: Key[str | None] = Key("whose", None)
DAY: Key[date | None] = Key("day", None)
SORT: Key[str | None] = Key("sort", None)
PAGE: Key[int | None] = Key("page", None)
SEVERAL = Key("several", False)
REFRESHES = Key("tasks refresh", True)


def tasks() -> Snapshot[TaskList]:
    """The account's tasks, at once; a look upstream starts behind when one is due."""
    return session.latest("tasks")


@dataclass(frozen=True)
class BoardContext:
    """What is known at one moment. Taken once a run: everything on the board is drawn from the same."""

    feeds: Feeds
    snapshot: Snapshot[TaskList]
    account: str

    @property
    def tasks(self) -> TaskList | None:
        return self.snapshot.value

    @property
    def versions(self) -> Versions:
        capacity, balance = self.feeds.capacity.known().version, self.feeds.balance.known().version
        makers, charges = shared.makers().version, self.charges.version
        return Versions(self.snapshot.version, capacity, balance, makers, charges)

    @property
    def charges(self) -> Charges:
        """What each task took."""
        return shared.charges()

    @functools.cached_property
    def view(self) -> View:
        return view()

    @functools.cached_property
    def lookups(self) -> Lookups:
        """Names and origins, from what is known already; upstream is asked only where nothing is."""
        return lookups_of(self.feeds)

    @functools.cached_property
    def shown(self) -> tuple[TaskSummary, ...]:
        """Every task of the view, in its order."""
        return () if self.tasks is None else matching(self.account, self.tasks, self.view, self.lookups)


def context() -> BoardContext:
    """What is known now, at once; where a look upstream is due, it begins in the background."""
    feeds, snapshot = session.feeds(), tasks()
    return BoardContext(feeds, snapshot, feeds.account or "")


_run = threading.local()
"""Of one run of a script, which has a thread of its own."""


def keep_for_board(found: BoardContext) -> None:
    """For the board, which is drawn in this very run."""
    _run.context = found


def context_of_board() -> BoardContext:
    """As the tick that has the board drawn has found it; else as it is now."""
    found: BoardContext | None = _run.__dict__.pop("context", None)
    now = context()
    is_same = found is not None and (found.snapshot, found.account) == (now.snapshot, now.account)
    return found if found is not None and is_same and found.view == now.view else now


@dataclass
class Drawn:
    """What the table of one person shows, for a download that is made when it is clicked."""

    context: BoardContext | None = None


DRAWN: Key[Drawn | None] = Key("tasks drawn last", None)


def drawn() -> Drawn:
    """That of this person."""
    found = DRAWN.get() or Drawn()
    DRAWN.set(found)
    return found


def view() -> View:
    """What the filters say."""
    return View(
        words=WORDS.get() or "",
        states=tuple(STATE.get() or ()),
        kinds=tuple(KIND.get() or ()),
        whose=session.person() if whose() == "mine" else whose(),
        day=DAY.get(),
        sort=SORT.get() or "newest",
    )


def whose() -> str:
    """As chosen; a maker who has made something sees that first."""
    return WHOSE.get() or usual_whose()


def usual_whose() -> str:
    person = me()
    has_own = person.is_signed_in and person.role == "maker" and person.id in shared.makers().persons
    return "mine" if has_own else "all"


def has_several_people() -> bool:
    """Whether it is worth telling apart whose tasks are whose."""
    return me().is_signed_in or len(shared.makers().persons) > 1


def whose_options() -> dict[str, str]:
    """What may be chosen, with its words: as in `WHOSE`, and everybody else who has made something, by name."""
    names, own = people.names(), session.person()
    others = {person: called(person, names) for person in shared.makers().persons - {own, ""}}
    twice = {name for name, count in Counter(others.values()).items() if count > 1}
    others = {
        person: f"{name} · {person if '@' in person else person[:4]}" if name in twice else name
        for person, name in others.items()
    }
    return dict(WHOSE_WORDS) | dict(sorted(others.items(), key=lambda each: each[1].lower()))


def lookups_of(feeds: Feeds) -> Lookups:
    called = tuple(sorted(people.names().items()))
    return Lookups(session.motion_names(feeds), shared.makers(), called, st.context.timezone or "UTC")


def motion_names() -> Mapping[str, str]:
    return session.motion_names(session.feeds())


def page_of(summaries: tuple[TaskSummary, ...]) -> tuple[TaskSummary, ...]:
    """The part of them that is on the screen."""
    number = min(int(PAGE.get() or 1), pages(summaries))
    return summaries[(number - 1) * ROWS : number * ROWS]


def pages(summaries: tuple[TaskSummary, ...]) -> int:
    return max(1, -(-len(summaries) // ROWS))


def chooses_several() -> bool:
    return bool(SEVERAL.get())


def neighbour(task_id: int, step: int) -> int | None:
    """The task so many rows further down in the view."""
    ids = [summary.id for summary in context().shown]
    if task_id not in ids:
        return None
    position = ids.index(task_id) + step
    return ids[position] if 0 <= position < len(ids) else None


def show_page_of(task_id: int | None) -> None:
    """Turn the table to the page on which this task is."""
    ids = [summary.id for summary in context().shown]
    if task_id in ids:
        PAGE.set(ids.index(task_id) // ROWS + 1)


def redraw(*fragments: str) -> None:
    """From a widget's callback: draw these parts of the page again, and nothing else."""
    streamlit_internals.redraw(fragments)


def redrawing(*fragments: str) -> dict[str, Any]:
    """What a widget is given so that its change redraws these parts alone."""
    then: Callable[..., None] = redraw
    return {"on_change": then, "args": fragments}
