"""The shared lists as one person sees them: at once, the last good ones, brought up to date behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from kling import Task
from kling.feed import Snapshot, TaskList
from kling.generations import TODAY, Generation, generation_of_motions, generation_of_videos
from kling.sandbox import practice
from pages.ui.session import shared
from pages.ui.session.accounts import account, feeds

LISTS: Final = ("tasks", "official_motions", "own_motions", "videos", "pictures", "elements", "accounts", "capacity")


# Which list tells the generation of the service, and how: the first one that does.
DECIDING_LISTS: Final[Mapping[str, Callable[[Any], Generation | None]]] = {
    "official_motions": generation_of_motions,
    "own_motions": generation_of_motions,
    "videos": generation_of_videos,
}


def latest(name: str) -> Snapshot[Any]:
    """A shared list as this person saw it last, at once; it is brought up to date behind."""
    # Accounts and places belong to the token, so all choices of an account share one list of them.
    of = shared.settings().account if name in ("accounts", "capacity") else account()
    key = f"seen {of} {name}"
    now: Snapshot[Any] = getattr(shared.feeds(of), name).snapshot()
    if now.value is not None:
        st.session_state[key] = now
        return now
    seen: Snapshot[Any] | None = st.session_state.get(key)
    return now if seen is None else replace(seen, error=now.error, looking_since=now.looking_since)


def refresh_lists() -> None:
    """Bring every list up to date now; only those on a page are looked at."""
    for upstream in (feeds(), shared.feeds(shared.settings().account)):
        for name in LISTS:
            getattr(upstream, name).look_again()


def refresh_tasks() -> None:
    """Bring the tasks up to date now."""
    feeds().tasks.look_again()


def practise_with(generation: int) -> None:
    """Have the practice API serve the other kind of motions, and the lists of them read anew."""
    practice().set_generation(generation)
    refresh_lists()


def one_task(task_id: int) -> Snapshot[Task]:
    """A task that the shared list does not hold: an older one, or one that is gone."""
    return shared.one_task(account(), task_id).snapshot()


def find_task(task_id: int | None) -> Task | None:
    """A task of the shared list, by its id."""
    tasks: TaskList | None = latest("tasks").value
    summary = tasks.get(task_id) if tasks else None
    return summary.task() if summary else None


def library_generation() -> Generation | None:
    """The generation of motions that the service is of, by the first list that tells; None while one may yet tell.

    A list that is empty or cannot be read decides nothing.
    """
    for name, read in DECIDING_LISTS.items():
        seen = latest(name)
        generation = read(seen.value or ())
        if generation is not None or (seen.value is None and seen.error is None):
            return generation
    return TODAY
