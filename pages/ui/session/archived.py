"""What is kept for good, as pages ask for it: results, their labels, links to them, the bin."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling import KlingError, Task
from kling.archive import Part, Result, StorageFault
from kling.archive.bin import Bin
from kling.archive.labels import Labels
from kling.archive.library import Library
from kling.archive.sharing import Shares
from kling.orders import Order, PictureFile
from pages.ui import wording
from pages.ui.session import shared
from pages.ui.session.keys import Key
from pages.ui.session.media_links import address, route
from pages.ui.session.motion_names import motion_names
from pages.ui.session.resources import memoized
from pages.ui.session.shared_lists import find_task

DRAWN_FROM_KLING: Key[frozenset[tuple[int | None, Part]]] = Key("media drawn from Kling", frozenset())


@memoized
@st.cache_resource(show_spinner=False)
def library() -> Library:
    return Library(shared.store(), shared.service())


@memoized
@st.cache_resource(show_spinner=False)
def labels() -> Labels:
    """Projects, tags and stars."""
    return Labels(shared.store(), shared.service())


@memoized
@st.cache_resource(show_spinner=False)
def shares() -> Shares:
    return Shares(shared.store(), shared.service())


@memoized
@st.cache_resource(show_spinner=False)
def results_bin() -> Bin:
    return Bin(shared.archive())


def archived_result(task_id: int | None) -> Result | None:
    """The result of a task, if its video is kept."""
    found = _results([task_id]).get(str(task_id))
    return found if found is not None and found.has_video else None


def binned(task_ids: Sequence[int]) -> list[str]:
    """Those of these tasks whose results lie in the bin, with a video that can be put back."""
    return [key for key, result in _results(task_ids).items() if result.has_video and result.binned_at is not None]


def count_archived(task_ids: Sequence[int | None]) -> int:
    """Of how many of these tasks the video is kept here."""
    return sum(result.has_video for result in _results(task_ids).values())


def picture_of(task_id: int | None, name: str = "") -> PictureFile | None:
    """The picture of a result out of the archive, called as by a link to it: without an ending."""
    result = _results([task_id]).get(str(task_id))
    with suppress(KlingError, SQLAlchemyError, StorageFault):
        file = shared.archive().file(result.picture if result is not None else None)
        if file is not None:
            data = b"".join(shared.archive().pieces(file))
            return PictureFile(name or f"Picture of task {task_id}", data, file.content_type)
    return None


def file_name_of(task_id: str) -> str:
    """What the video of a result is called where it is downloaded, as that of its task, without an ending: anna-wave.

    Raises SQLAlchemy's errors.
    """
    whole = shared.archive().whole(task_id)
    if whole is None:
        return f"video-{task_id}"
    names, key = motion_names(shared.feeds(whole.result.account or None)), wording.task_key(task_id)
    if whole.result.title and key not in names:
        return wording.file_name(whole.task, {**names, key: whole.result.title})
    return wording.file_name(whole.task, names)


def whole_task(task_id: int) -> Task | None:
    """A task as it ended, if its video is kept."""
    with suppress(KlingError, SQLAlchemyError):
        whole = shared.archive().whole(str(task_id))
        return whole.task if whole is not None and whole.result.has_video else None
    return None


def media_of(task: Task, part: Part) -> str | None:
    """Where this person's browser finds a part of a task: with us where it is kept, else at Kling.

    What was drawn from Kling is drawn from there again while Kling lists the task: another address begins a video anew
    that somebody looks at, and moves what stands below from under the hand that presses it.
    """
    links = {
        "video": task.video_url,
        "cover": task.cover_url,
        "picture": task.picture_url,
        "motion_clip": task.motion_url,
    }
    drawn, link = (task.id, part), address(links[part])
    if drawn in DRAWN_FROM_KLING.get() and find_task(task.id) is not None:
        return link
    result = archived_result(task.id)
    kept = address_of(result, part) if result and result.hash_of(part) else None
    if link and not kept:
        DRAWN_FROM_KLING.set(DRAWN_FROM_KLING.get() | {drawn})
    return kept or link


def covers_of(task_ids: Sequence[int | None]) -> dict[int, str]:
    """Where the covers of tasks lie that are kept, as known within the last second."""
    results: dict[str, Result] = {}
    with suppress(KlingError, SQLAlchemyError):
        results = shared.archive().results_cached(tuple(str(task_id) for task_id in task_ids if task_id is not None))
    found = {int(task_id): address_of(result, "cover") for task_id, result in results.items() if result.cover}
    return {task_id: cover for task_id, cover in found.items() if cover}


def _results(task_ids: Sequence[int | None]) -> dict[str, Result]:
    wanted = [str(task_id) for task_id in task_ids if task_id is not None]
    with suppress(KlingError, SQLAlchemyError):
        return shared.archive().results(wanted) if wanted else {}
    return {}


def address_of(result: Result, part: Part, is_download: bool = False) -> str | None:
    """Where this person's browser finds a part of a result: with us, else at Kling for as long as it is there."""
    if (kept := result.hash_of(part)) is not None:
        return route(f"kept/{result.task_id}/{part}?v={kept[:12]}{'&download=1' if is_download else ''}")
    if result.state != "waiting" or part not in ("video", "cover"):
        return None
    whole = shared.archive().whole(result.task_id)
    if whole is None:
        return None
    return address(whole.task.video_url if part == "video" else whole.task.cover_url)


def project_of(task_id: int | None, order: Order | None) -> str | None:
    """The name of the project that a task belongs to: by its result, else by its order."""
    result = shared.archive().result(str(task_id))
    project = result.project if result is not None else order.project if order is not None else None
    return labels().projects().get(project or "")
