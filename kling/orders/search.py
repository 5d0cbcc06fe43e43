"""Whether Kling already has what was asked: found by its reference, or as a task with exactly its inputs.

A page of `GET /tasks` does not tell the reference, and a job of `GET /scheduler/available` tells it only while it runs;
so both are asked. What another order holds is never taken.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from kling.client import TaskReader
from kling.errors import NotFound
from kling.models import Capacity, MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest, Task
from kling.models.strict import whole_number
from kling.orders.records import Request

PAGE = 100
PAGES = 200
"""Looked through at most, however short upstream makes them."""
ARGUMENTS = {"prompt": "", "duration": "5", "model_mode": "std", "enable_audio": "true"}
"""What a task shows of a request for a video, with what it shows where nothing was asked."""


class Reader(TaskReader, Protocol):
    """What looking asks of the client."""

    def get_capacity(self) -> Capacity: ...


@dataclass(frozen=True)
class Look:
    """What a look found. `is_complete`: every task made since then was seen."""

    task: Task | None
    is_complete: bool
    compared: int
    is_known_by_reference: bool = False


def shown(request: Request) -> dict[str, str]:
    """A request as a task shows it; two with the same are not to be told apart at Kling."""
    if isinstance(request, MotionUploadRequest):
        return {"input": _file(request.resource_url), "cover": _file(request.cover_url)}
    if isinstance(request, ReferenceMotionRequest):
        told = {"prompt": request.prompt or "", "model_mode": request.mode or "std"}
        return {"picture": _file(request.image_url), "motion": _file(request.motion_url), **told}
    asked = {
        "prompt": request.prompt,
        "duration": request.duration,
        "model_mode": request.mode,
        "enable_audio": None if request.sound_effect is None else str(request.sound_effect).lower(),
    }
    told = {name: asked[name] or usual for name, usual in ARGUMENTS.items()}
    return {"motion": str(request.work_id), "picture": _file(request.image), **told}


def is_answer_to(task: Task, request: Request) -> bool:
    """Whether the task has exactly the inputs and arguments of the request, as far as a task shows them."""
    wanted = shown(request)
    if isinstance(request, MotionCreateRequest):
        found = {"motion": str(task.motion_work_id), "picture": _file(task.picture_url)}
        if not task.is_motion_video:
            return False
        told = {name: task.argument(name) for name in ARGUMENTS}
        found |= {name: value for name, value in told.items() if value is not None}
    elif isinstance(request, ReferenceMotionRequest):
        # How such a task names its files is not documented: they must be among them, and the words the same.
        files = {_file(each.url) for each in task.inputs}
        told = {name: task.argument(name) for name in ("prompt", "model_mode")}
        found = {name: value for name, value in told.items() if value is not None}
        return {wanted["picture"], wanted["motion"]} <= files and all(wanted[n] == v for n, v in found.items())
    else:
        given = task.input("input")
        if not task.is_motion_upload or given is None:
            return False
        found = {"input": _file(given.url), "cover": _file(given.cover)}
    return all(wanted[name] == value for name, value in found.items())


def newest(client: Reader) -> int | None:
    """When the account's newest task was made, ms by Kling's own clock; None when there is none."""
    return max((task.created or 0 for task in client.list_tasks(page_size=1)), default=None)


def look_for(client: Reader, request: Request, reference: str, since: int | None, held: Collection[int]) -> Look:
    """Look for what answers `request` among the tasks made after `since` (ms by Kling's clock; None: all of them).

    Raises `KlingError` when looking itself fails.
    """
    by_reference = _by_reference(client, request, reference, held)
    if by_reference is not None:
        return by_reference
    tasks, is_complete = _tasks_since(client, since)
    found = [task for task in tasks if task.id is not None and task.id not in held and is_answer_to(task, request)]
    oldest = min(found, key=lambda task: task.created or 0, default=None)
    return Look(oldest, is_complete, len(tasks))


def _by_reference(client: Reader, request: Request, reference: str, held: Collection[int]) -> Look | None:
    jobs = [job for job in client.get_capacity().executing if reference and job.reply_ref == reference]
    for job in jobs:
        task = _task_of(client, job.id)
        if task is not None and task.id not in held and is_answer_to(task, request):
            return Look(task, True, 1, True)
    # A job whose task cannot be had: somebody's with this reference is there, perhaps ours.
    return Look(None, False, 0, True) if jobs and all(_task_of(client, job.id) is None for job in jobs) else None


def _task_of(client: Reader, job_id: Any) -> Task | None:
    try:
        return client.get_task(whole_number(job_id))
    except (NotFound, ValueError):
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


def _file(url: str | None) -> str:
    """The path of a link: hosts and signatures of a CDN change, the file behind it does not."""
    return urlsplit(url or "").path


def describe_look(look: Look, looks: int, now: float) -> Mapping[str, Any]:
    """What a person is shown of a search that found nothing."""
    return {"at": now, "looks": looks, "compared": look.compared, "is_complete": look.is_complete}
