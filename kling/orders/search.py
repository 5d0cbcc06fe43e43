"""Whether Kling already has what was asked: found by its reference, or as the only task with exactly its inputs.

A page of `GET /tasks` does not tell the reference, and a job of `GET /scheduler/available` tells it only while it runs;
so both are asked. What another order holds is never taken. What decides is described in `docs/decisions`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from kling.client import TaskReader
from kling.errors import NotFound
from kling.models import Capacity, Task
from kling.models.answers import Job
from kling.orders.capacity import task_number
from kling.orders.likeness import Answer, compare
from kling.orders.records import Request

PAGE = 100
PAGES = 200
"""Looked through at most, however short upstream makes them."""
CANDIDATES = 12
"""So many are kept for a person to choose from, the likeliest first."""


class Reader(TaskReader, Protocol):
    """What looking asks of the client."""

    def get_capacity(self) -> Capacity: ...


@dataclass(frozen=True)
class Sought:
    """What is looked for. `since`: ms by Kling's clock; None: among all tasks."""

    request: Request
    reference: str
    is_own_reference: bool = True
    """Whether no other request was sent with this reference."""
    since: int | None = None
    held: Collection[int] = ()
    """Tasks of other orders, and those that were there before."""
    doubted: Collection[int] = ()
    """Tasks that a look before this one saw running under no reference, so that they may be anybody's."""


@dataclass(frozen=True)
class Look:
    """What a look found. `is_complete`: every task made since then was seen."""

    task: Task | None
    is_complete: bool
    compared: int
    is_known_by_reference: bool = False
    candidates: tuple[Task, ...] = ()
    """The tasks of which nobody can tell whether they are the wanted one, the likeliest first."""
    doubted: frozenset[int] = frozenset()
    """Those that look exactly like it and ran under no reference, now or in a look before."""
    others: frozenset[int] = frozenset()
    """Tasks that ran under the reference of another request."""

    @property
    def is_unclear(self) -> bool:
        """Whether what was not found may be there all the same."""
        return not self.is_complete or self.is_known_by_reference or bool(self.candidates)


def look_for(client: Reader, sought: Sought) -> Look:
    """Look for what answers a request. Raises `KlingError` when looking itself fails.

    A running job with its reference is it, whatever its task looks like, and one with another's never is. Of the tasks
    that no job tells of, one is it that looks exactly like it, is alone, and was never seen running: while a task runs,
    a job tells whose it is.
    """
    jobs = client.get_capacity().executing
    found, has_arrived = _by_reference(client, sought, jobs)
    if found is not None:
        return found
    tasks, is_complete = _tasks_since(client, sought.since)
    tasks = [task for task in tasks if task.id not in sought.held]
    answers = {task.id: compare(task, sought.request) for task in tasks}
    if any(answers[task.id] == "yes" and not task.is_final for task in tasks):
        jobs = client.get_capacity().executing  # its job may have come since
        found, has_arrived = _by_reference(client, sought, jobs)
        if found is not None:
            return found
    look = Look(None, is_complete, len(tasks), has_arrived, others=_others(sought, jobs))
    return _choose(sought, look, [task for task in tasks if task.id not in look.others], answers)


def _choose(sought: Sought, look: Look, tasks: list[Task], answers: Mapping[int | None, Answer]) -> Look:
    """The look with what it found among tasks that no reference tells about."""
    tasks = sorted(tasks, key=lambda task: task.created or 0)
    exact = [task for task in tasks if answers[task.id] == "yes"]
    running = {task.id for task in exact if task.id is not None and not task.is_final}
    doubted = frozenset(running | set(sought.doubted))
    if len(exact) == 1 and (look.is_known_by_reference or exact[0].id not in doubted):
        return replace(look, task=exact[0], doubted=doubted)
    unclear = [task for task in tasks if answers[task.id] == "cannot tell"]
    return replace(look, candidates=(*exact, *unclear), doubted=doubted)


def _by_reference(client: Reader, sought: Sought, jobs: Collection[Job]) -> tuple[Look | None, bool]:
    """What runs under its reference; and whether only its job can be had, not its task."""
    mine = [_task_of(client, job.id) for job in jobs if sought.reference and job.reply_ref == sought.reference]
    for task in mine:
        is_it = task is not None and (sought.is_own_reference or compare(task, sought.request) == "yes")
        if task is not None and is_it and task.id not in sought.held:
            return Look(task, True, 1, True), True
    return None, bool(mine) and not any(mine)


def _others(sought: Sought, jobs: Collection[Job]) -> frozenset[int]:
    """The tasks that run under the reference of another request."""
    found = {task_number(job.id) for job in jobs if job.reply_ref and job.reply_ref != sought.reference}
    return frozenset(number for number in found if number is not None)


def _task_of(client: Reader, job_id: Any) -> Task | None:
    number = task_number(job_id)
    try:
        return None if number is None else client.get_task(number)
    except NotFound:
        return None


def _tasks_since(client: Reader, since: int | None) -> tuple[list[Task], bool]:
    """Every task made after `since`, newest first, and whether those are all. Pages go backwards in time.

    Upstream may make a page shorter than asked, so a short one is no end: only an empty one is, or one that reaches
    back to `since`. Pages overlap by a millisecond, in which a second task may have been made.
    """
    found: dict[int, Task] = {}
    before: int | None = None
    for _ in range(PAGES):
        page = client.list_tasks(page_size=PAGE, created_before=before)
        new = {task.id: task for task in page if task.id is not None and task.id not in found}
        found |= {
            task_id: task for task_id, task in new.items() if since is None or (task.created or since + 1) > since
        }
        if not page:
            return list(found.values()), True
        oldest = page.oldest
        if oldest is None or any(not task.is_readable for task in page):
            return list(found.values()), False
        if since is not None and oldest <= since:
            return list(found.values()), True
        if not new and before is not None and oldest >= before:
            break  # upstream goes no further back, whatever it is asked
        before = oldest + 1 if new else oldest
    return list(found.values()), False


def describe_look(look: Look, looks: int, now: float) -> Mapping[str, Any]:
    """What a person is shown of a search that found nothing."""
    described = {"at": now, "looks": looks, "compared": look.compared, "is_complete": look.is_complete}
    return described | {
        "candidates": [_shown(each) for each in look.candidates[:CANDIDATES]],
        "doubted": sorted(look.doubted),
    }


def _shown(task: Task) -> dict[str, Any]:
    """What a person knows a task by."""
    picture = task.picture_url or next((each.url for each in task.inputs if each.url), None) or task.cover_url
    described = {"id": task.id, "created": task.created, "prompt": task.prompt, "state": task.state}
    return described | {"picture": picture, "video": task.video_url}
