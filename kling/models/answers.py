"""What the API answers about motions, files, accounts and free places; tasks are in `kling.models.tasks`.

Times are milliseconds since the epoch, lengths milliseconds. Ids of tasks and works are ints with all their digits,
ids of files and reference videos numbers or texts as they came.
"""

# pydantic copies a mutable default for every instance.
# ruff: noqa: RUF012

from typing import Any

from pydantic import Field

from kling.models.lenient import (
    Answer,
    FileId,
    Flag,
    Id,
    Link,
    ListOf,
    Mapped,
    Measure,
    Moment,
    Number,
    Part,
    Resource,
    Text,
    without_signature,
)

POINTS_A_CREDIT = 100


class Motion(Answer):
    """One item of `GET /videos/motions`: a template or, since 2026, a reference video."""

    work_id: Id = None
    work_name: Text = None
    task_id: Id = None
    official: Flag = None
    tag: Text = None
    resource: Resource | None = None
    cover: Resource | None = None
    ext_data: Mapped = {}
    asset_id: FileId = None
    asset_type: Text = None
    asset_url: Link = Field(None, alias="url")
    asset_cover_url: Link = Field(None, alias="coverUrl")
    duration: Measure = None
    width: Measure = None
    height: Measure = None
    has_audio: Flag = None
    create_time: Moment = None

    @property
    def key(self) -> str:
        """The id as text, safe in a table; the link where it has none, empty when there is neither."""
        return _key(self.asset_id if self.work_id is None else self.work_id, self.video_url)

    @property
    def source(self) -> str:
        """What the task of a video names the motion by: `Task.motion_source`."""
        return str(self.work_id or without_signature(self.video_url or ""))

    @property
    def name(self) -> str:
        """What Kling or its owner called it, else its id, else its file."""
        return self.work_name or f"Motion {self.key.rpartition('/')[2]}".strip()

    @property
    def video_url(self) -> str | None:
        """The motion to look at."""
        return (self.resource and self.resource.resource) or self.asset_url

    @property
    def cover_url(self) -> str | None:
        """A still of the motion."""
        return (self.cover and self.cover.resource) or self.asset_cover_url

    @property
    def is_official(self) -> bool:
        """Whether it is one of Kling's own; those have negative numbers."""
        return self.official if self.official is not None else (self.work_id or 0) < 0

    @property
    def is_reference(self) -> bool:
        """Whether it is of the second generation, for `ReferenceMotionRequest`."""
        return self.work_id is None and (self.asset_url is not None or self.asset_id is not None)

    @property
    def can_be_deleted(self) -> bool:
        """Whether it has what a deletion finds it by: the task it came from, or the file that it is."""
        return self.task_id is not None or (self.is_reference and self.video_url is not None)


class Element(Answer):
    """One item of `GET /elements`: a character or a thing that was saved at Kling."""

    id: FileId = None
    name: Text = None
    type: Text = None
    description: Text = None
    cover: Resource | None = None
    cover_image: Link = None
    favored: Flag = None
    official: Flag = None
    create_time: Measure = None

    @property
    def key(self) -> str:
        """The id as `element_1` takes it, text or number as it came; empty when there is none."""
        return "" if self.id is None else str(self.id)

    @property
    def cover_url(self) -> str | None:
        """A web address of its picture, which the service has named in two ways."""
        return (self.cover and self.cover.resource) or self.cover_image


class Points(Part):
    """An amount of credits from one order, in points: 100 to a credit."""

    order_id: Any = None
    type: Text = None
    amount: Number = None
    balance: Number = None
    start_time: Moment = None
    end_time: Moment = None


class Balance(Part):
    """What an account has left."""

    points: ListOf[Points] = []
    tickets: ListOf[Any] = []
    next_apply_time: Any = None
    total: Number = None


class Account(Answer):
    """One Kling account; `balance` comes with `GET /accounts/<email>` only."""

    email: Text = None
    max_jobs: Id = None
    session: Mapped = {}
    balance: Balance | None = None

    @property
    def credits(self) -> float | None:
        """Credits left; None when the answer does not say."""
        if self.balance is None or self.balance.total is None:
            return None
        return self.balance.total / POINTS_A_CREDIT

    @property
    def points(self) -> list[Points]:
        """The orders the credits came from."""
        return self.balance.points if self.balance else []


class Job(Part):
    """A task that is being worked on; `elapsed` is minutes and seconds, `MM:SS`."""

    id: Any = None
    email: Text = None
    started: Any = None
    elapsed: Text = None
    reply_url: Link = None
    reply_ref: Text = None


class Slots(Part):
    """How many tasks an account may work on at a time, does work on, and has room for."""

    email: Text = None
    max_jobs: Id = None
    executing: Id = None
    available: Id = None


class Capacity(Answer):
    """`GET /scheduler/available`."""

    executing: ListOf[Job] = []
    available: ListOf[Slots] = []

    @property
    def free(self) -> int | None:
        """Room for so many more tasks, over all accounts; None when the answer does not say."""
        known = [slots.available for slots in self.available if slots.available is not None]
        return sum(known) if known else None


class Asset(Answer):
    """What `POST /assets` answers: `url` for a picture, `resource_url` and `cover_url` for a video."""

    url: Link = None
    resource_url: Link = None
    cover_url: Link = None
    file_name: Text = None
    status: Id = None
    message: Text = None


class Upload(Answer):
    """One file of `GET /assets/uploaded`."""

    id: FileId = None
    name: Text = None
    user_id: FileId = None
    content_type: Text = None
    resource: Resource | None = None
    cover: Resource | None = None
    create_time: Moment = None
    update_time: Moment = None
    favored: Flag = None

    @property
    def key(self) -> str:
        """The id as text; the link where it has none, empty when there is neither."""
        return _key(self.id, self.url)

    @property
    def url(self) -> str | None:
        """The file."""
        return (self.resource and self.resource.resource) or None

    @property
    def cover_url(self) -> str | None:
        """A still of it."""
        return (self.cover and self.cover.resource) or None

    @property
    def width(self) -> int | None:
        """Pixels."""
        return self.resource.width if self.resource else None

    @property
    def height(self) -> int | None:
        """Pixels."""
        return self.resource.height if self.resource else None

    @property
    def duration(self) -> int | None:
        """Milliseconds."""
        return self.resource.duration if self.resource else None


class Deleted(Answer):
    """What `DELETE /tasks/<id>` answers; a deletion that is answered with nothing leaves both empty."""

    deleted: Id = None
    work_ids: ListOf[int] = []


class Download(Answer):
    """What `GET /assets/download` answers: one file without watermark, or a .zip of several."""

    cdn_url: Link = None
    status: Text = None


def _key(given: int | str | None, url: str | None) -> str:
    return without_signature(url or "") if given is None else str(given)
