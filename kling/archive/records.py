"""What is known of one result: a video that was made, and what became of keeping it.

Times are seconds since the epoch. A result goes by the number of its task, as text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

from sqlalchemy import RowMapping

from kling.models import Task

State = Literal["waiting", "kept", "gone", "deleted"]
"""waiting: to be copied, `reason` says what is in the way · kept: the video is here, `reason` says what of the
rest could not be had · gone: the video cannot be had any more, `reason` says why ·
deleted: for good, by a person; only the number is left, so that it is not copied once more."""
Part = Literal["video", "cover", "picture", "motion_clip"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, slots=True)
class Result:
    """A row of `kling_results`, without its long parts."""

    task_id: str
    created_at: float
    finished_at: float
    account: str = ""
    person: str = ""
    order_id: str | None = None
    title: str = ""
    prompt: str = ""
    motion: str = ""
    """`Task.motion_source`."""
    motion_name: str = ""
    picture_key: str = ""
    """The link of the picture without its signature; `picture` says better whether two are the same."""
    model: str = ""
    mode: str = ""
    seconds: float | None = None
    state: State = "waiting"
    reason: str = ""
    tries: int = 0
    not_before: float | None = None
    kept_at: float | None = None
    size: int | None = None
    """Bytes of the video."""
    width: int | None = None
    height: int | None = None
    project: str | None = None
    binned_at: float | None = None
    binned_by: str | None = None
    video: str | None = None
    """Hashes of kept files."""
    cover: str | None = None
    picture: str | None = None
    motion_clip: str | None = None

    @property
    def has_video(self) -> bool:
        """Whether the video is here."""
        return self.video is not None

    def hash_of(self, part: Part) -> str | None:
        found: str | None = getattr(self, part)
        return found


@dataclass(frozen=True)
class WholeResult:
    """A result with the task as it ended, and what was asked for."""

    result: Result
    task: Task
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ArchiveFile:
    """A file in the archive."""

    hash: str
    size: int
    content_type: str
    stored_at: float = 0.0


Row = Mapping[str, Any] | RowMapping
COLUMNS = tuple(each.name for each in fields(Result))


def result_from_row(row: Row) -> Result:
    return Result(**{name: row[name] for name in COLUMNS})


def whole_from_row(row: Row) -> WholeResult:
    return WholeResult(result_from_row(row), Task.read(json.loads(row["task"])), json.loads(row["settings"]))


def star_key(task_id: str) -> str:
    """What a star on a result is put on, among the favourites."""
    return f"result {task_id}"


def name_key(task_id: str) -> str:
    """What the title that somebody gave a result stands under, among the names of motions."""
    return f"task {task_id}"
