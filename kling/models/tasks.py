"""A task as the API tells it: what was ordered, how far it is, what it made.

Times are milliseconds since the epoch, lengths milliseconds; ids are ints with all their digits.
"""

# pydantic copies a mutable default for every instance.
# ruff: noqa: RUF012

import json
from collections.abc import Iterable
from typing import Any, Self

from pydantic import Field

from kling.models.answers import POINTS_A_CREDIT
from kling.models.lenient import (
    Answer,
    Flag,
    Id,
    Link,
    ListOf,
    Mapped,
    Moment,
    Part,
    Resource,
    Text,
    without_signature,
)

MOTION_UPLOAD = "motion_control_motion_process"
MOTION_VIDEO = "motion_control_imgs2video"


class Input(Part):
    """A file that a task was given."""

    name: Text = None
    input_type: Text = None
    token: Text = None
    blob_storage: Any = None
    url: Link = None
    cover: Link = None
    from_work_id: Id = None
    from_upload_id: Any = None


class Argument(Part):
    """An option that a task was given; `value` is documented as text."""

    name: Text = None
    value: Any = None


class TaskInfo(Part):
    """What a task was asked to do."""

    type: Text = None
    inputs: ListOf[Input] = []
    arguments: ListOf[Argument] = []
    extra_args: Mapped = {}
    callback_payloads: ListOf[Any] = []
    scene: Text = None


class TaskRecord(Part):
    """The task itself, inside a `Task`."""

    id: Id = None
    user_id: Id = None
    type: Text = None
    scene: Text = None
    status: Id = None
    status_name: Text = Field(None, alias="status_name")
    status_final: Flag = Field(None, alias="status_final")
    task_info: TaskInfo | None = None
    favored: Flag = None
    deleted: Flag = None
    viewed: Flag = None
    create_time: Moment = None
    update_time: Moment = None
    view_time: Moment = None


class Work(Part):
    """One thing that a task made."""

    work_id: Id = None
    work_item_id: Id = None
    task_id: Id = None
    user_id: Id = None
    type: Text = None
    status: Id = None
    status_name: Text = Field(None, alias="status_name")
    status_final: Flag = Field(None, alias="status_final")
    content_type: Text = None
    resource: Resource | None = None
    cover: Resource | None = None
    create_time: Moment = None
    task_info: Any = None
    message: Text = None
    error: Any = None


class Task(Answer):
    """One item of `GET /tasks`, `GET /tasks/<id>`, and what a motion-create or motion-upload answers."""

    task: TaskRecord | None = None
    works: ListOf[Work] = []
    status: Id = None
    status_name: Text = Field(None, alias="status_name")
    status_final: Flag = Field(None, alias="status_final")
    message: Text = None
    error: Any = None
    limitation: Mapped = {}
    user_points: Mapped = {}
    user_tickets: Mapped = {}
    edit_project: Any = None
    eta_time: Moment = None
    queuing_eta_time: Moment = None
    origin_eta_time: Moment = None
    origin_queuing_eta_time: Moment = None
    eta_time_over_sla: Any = None
    reply_ref: Text = None

    @classmethod
    def read(cls, value: Any) -> Self:
        """The task in `value`; one that cannot be read is there all the same, with `is_readable` False."""
        return super().read(value)

    @property
    def record(self) -> TaskRecord:
        """`task`, or an empty one."""
        return self.task or TaskRecord()

    @property
    def info(self) -> TaskInfo:
        """What was asked for, or nothing."""
        return self.record.task_info or TaskInfo()

    @property
    def id(self) -> int | None:
        """The task's number."""
        return self.record.id

    @property
    def type(self) -> str:
        """The kind of task, as the API names it; empty when it does not say."""
        return self.record.type or self.info.type or ""

    @property
    def state(self) -> str:
        """`submitted`, `processing`, `succeed`, `failed`, or any other word, as it came."""
        return self.status_name or self.record.status_name or "unknown"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more: the API's own flag."""
        return bool(self.record.status_final if self.status_final is None else self.status_final)

    @property
    def is_readable(self) -> bool:
        """Whether at least its number could be read."""
        return self.id is not None

    @property
    def is_motion_upload(self) -> bool:
        """Whether it makes a motion out of a video."""
        return self.type == MOTION_UPLOAD

    @property
    def is_motion_video(self) -> bool:
        """Whether it makes a video out of a motion and a picture."""
        return self.type == MOTION_VIDEO

    @property
    def created(self) -> int | None:
        """When it was ordered, ms."""
        return self.record.create_time

    @property
    def updated(self) -> int | None:
        """When it last changed, ms."""
        return self.record.update_time

    @property
    def inputs(self) -> list[Input]:
        """The files it was given."""
        return self.info.inputs

    def input(self, name: str) -> Input | None:
        """The first file it was given under this name."""
        return next((given for given in self.inputs if given.name == name), None)

    def input_url(self, name: str) -> str | None:
        """The link of that file."""
        given = self.input(name)
        return (given and given.url) or None

    def argument(self, name: str) -> str | None:
        """An option it was given, as text."""
        value = next((given.value for given in self.info.arguments if given.name == name), None)
        return value if isinstance(value, str) or value is None else json.dumps(value)

    @property
    def prompt(self) -> str:
        """The description it was given."""
        return self.argument("prompt") or ""

    @property
    def picture_url(self) -> str | None:
        """The picture of the person."""
        return self.input_url("image_origin")

    @property
    def motion_url(self) -> str | None:
        """The motion to look at."""
        return self.input_url("motion_video_1")

    @property
    def motion_cover_url(self) -> str | None:
        """A still of the motion."""
        given = self.input("motion_video_1")
        return (given and given.cover) or None

    @property
    def motion_work_id(self) -> int | None:
        """Which motion was used."""
        given = self.input("motion_binary_1")
        return (given and given.from_work_id) or None

    @property
    def motion_source(self) -> str:
        """The motion's number as text, or its link where it has none; as `Motion.source`. Empty when not told."""
        return str(self.motion_work_id or without_signature(self.motion_url or ""))

    @property
    def video_url(self) -> str | None:
        """The first thing it made that has a link."""
        return _first_link(work.resource for work in self.works)

    @property
    def cover_url(self) -> str | None:
        """A still of it."""
        return _first_link(work.cover for work in self.works)

    @property
    def work_ids(self) -> list[int]:
        """The numbers of what it made."""
        return [work.work_id for work in self.works if work.work_id is not None]

    @property
    def credits_left(self) -> float | None:
        """What the account has left after an order; None when not told: no points and a total of 0 say nothing."""
        total = self.user_points.get("total")
        if isinstance(total, bool) or not isinstance(total, int | float):
            return None
        return total / POINTS_A_CREDIT if total or self.user_points.get("points") != [] else None

    @property
    def failure(self) -> str | None:
        """What the API says went wrong; None when nothing did, or when it says nothing."""
        words = _words(self.error)
        if not words and self.state == "failed":
            said = [self.message, *(part for work in self.works for part in (work.error, work.message))]
            words = next(filter(None, map(_words, said)), "")
        return words or None


class TaskPage(list[Task]):
    """One page of `GET /tasks`, newest first."""

    @classmethod
    def read(cls, items: Iterable[Any], before: Iterable[Task] = ()) -> Self:
        """The page in `items`. What came just as it did `before` is the same object as then, and is not read again: of
        a page that is asked for every few seconds that is nearly all."""
        known = {_id_in(task.raw): task for task in before}
        return cls(_same_or_read(item, known.get(_id_in(item))) for item in items)

    @property
    def history(self) -> Self:
        """The tasks, by the API's own noun."""
        return self

    @property
    def oldest(self) -> int | None:
        """When the oldest task here was made, ms: `created_before` of the next page."""
        return min((task.created for task in self if task.created is not None), default=None)


def _id_in(value: Any) -> int | None:
    """The id of a task before it is read; None where it cannot be told."""
    task = value.get("task") if isinstance(value, dict) else None
    found = task.get("id") if isinstance(task, dict) else None
    return found if isinstance(found, int) else None


def _same_or_read(value: Any, known: Task | None) -> Task:
    try:
        is_same = known is not None and known.raw == value
    except RecursionError:  # nested too deeply to compare
        is_same = False
    return known if known is not None and is_same else Task.read(value)


def _first_link(resources: Iterable[Resource | None]) -> str | None:
    return next((found.resource for found in resources if found and found.resource), None)


def _words(said: Any) -> str:
    """The text of an error, which may be an object `{"code", "message", …}`."""
    words = said.get("message") if isinstance(said, dict) else said
    return words.strip() if isinstance(words, str) else ""
