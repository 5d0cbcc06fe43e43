"""What the practice API keeps: accounts, assets, tasks; and when a task is in which state.

A task's state is never stored: it follows from when the task was made and what time it is.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

EXTRACTION = "motion_control_motion_process"
VIDEO = "motion_control_imgs2video"

START_CREDITS = 660.0
POINTS_A_CREDIT = 100

RATES = {"std": 4, "pro": 7}
"""Credits for each begun second of a video, by mode. Adding a motion costs nothing. The figures are ours."""

QUEUED = 0.15
"""Share of its time that a task waits before it is worked on."""

KEPT_MS = 7 * 24 * 3600 * 1000
"""Tasks answer 410 after this long."""


class TaskStatus(NamedTuple):
    """What upstream says of a task's state, in number and word, and whether it is the last."""

    code: int
    name: str
    final: bool


SUBMITTED = TaskStatus(5, "submitted", False)
PROCESSING = TaskStatus(10, "processing", False)
FAILED = TaskStatus(50, "failed", True)
SUCCEED = TaskStatus(99, "succeed", True)


@dataclass(frozen=True)
class AccountSetup:
    """One Kling account under the token."""

    email: str
    max_jobs: int = 5
    credits: float = START_CREDITS
    paid: bool = True
    """Only paid accounts get downloads without watermark."""


@dataclass
class Account:
    setup: AccountSetup
    user_id: int
    opened: int
    """Milliseconds since the epoch."""
    settled: int = 0
    """Points spent on tasks that are no longer kept."""
    motions_made: int = 0

    @property
    def email(self) -> str:
        return self.setup.email

    @property
    def granted(self) -> int:
        return round(self.setup.credits * POINTS_A_CREDIT)


@dataclass
class Asset:
    """An uploaded file that lies on the disk under `path`."""

    id: str
    """Digits, as the documentation shows it."""
    account: str
    user_id: int
    kind: str
    """image, video or audio"""
    name: str
    path: Path
    size: int
    """Bytes, with the cover's."""
    created: int
    """Milliseconds since the epoch."""
    used: float
    """When it was last wanted, in seconds since the epoch."""
    width: int = 0
    height: int = 0
    duration: int = 0
    """Milliseconds."""
    cover: str = ""
    """File name of the cover frame of a video."""
    has_audio: bool = False
    """Whether there is sound in it."""
    deleted: bool = False

    @property
    def cover_path(self) -> Path:
        return self.path.with_name(self.cover)

    def path_of(self, name: str) -> Path:
        return self.cover_path if name == self.cover else self.path


@dataclass(frozen=True)
class Motion:
    """A movement to choose from: one of Kling's own, or made from an upload."""

    work_id: int
    name: str
    clip: str
    """File name under /media/, as all names of files here."""
    cover: str
    tag: str = ""
    task_id: int | None = None

    @property
    def official(self) -> bool:
        return self.task_id is None


@dataclass(frozen=True)
class ReferenceMotion:
    """A movement of the second generation: a video to copy it from, one of Kling's own or an upload."""

    asset_id: str
    """``motion_12345``"""
    clip: str
    cover: str
    duration: int
    """Milliseconds."""
    width: int
    height: int
    created: int
    """Milliseconds since the epoch."""
    has_audio: bool = False
    tag: str = ""
    """Which of our own drawings it is; empty for an upload."""
    upload: str = ""
    """Id of the upload it is; empty for one of Kling's own."""


@dataclass(frozen=True)
class Element:
    """A saved character."""

    id: str
    """``u_`` and digits"""
    name: str
    description: str
    front: str
    """File name of a picture."""
    side: str
    """File name of another."""
    created: int
    """Milliseconds since the epoch."""


@dataclass(frozen=True)
class Input:
    """One of a task's inputs; `files` are those fields whose value is a link to a file of that name."""

    fields: dict[str, Any]
    files: dict[str, str]


@dataclass
class Task:
    id: int
    work_id: int
    work_item_id: int
    account: str
    user_id: int
    kind: str
    created: int
    """Milliseconds since the epoch."""
    seconds: float
    """How long it takes from created to final."""
    inputs: list[Input]
    arguments: dict[str, str]
    clip: str
    cover: str
    width: int
    height: int
    duration: int
    """Milliseconds."""
    name: str = ""
    fails: bool = False
    points: int = 0
    """Charged when made, given back when it fails."""
    assets: tuple[str, ...] = ()
    """Ids of the uploads it was made from."""
    reply_url: str | None = None
    reply_ref: str | None = None
    base: str = ""
    """Where the callback's links begin: the address under which the task was ordered."""
    late_seconds: float = 0.0
    """How long after it was made it is missing in the list of tasks."""
    tracked: bool = field(default=True)
    """False once the scheduler was told to forget it: no slot, no callback."""

    @property
    def works_at(self) -> int:
        """When it leaves the queue, in milliseconds since the epoch."""
        return self.created + round(self.seconds * QUEUED * 1000)

    @property
    def ends_at(self) -> int:
        return self.created + round(self.seconds * 1000)

    def status_at(self, now: int) -> TaskStatus:
        if now < self.works_at:
            return SUBMITTED
        if now < self.ends_at:
            return PROCESSING
        return FAILED if self.fails else SUCCEED

    def updated(self, now: int) -> int:
        status = self.status_at(now)
        if status == SUBMITTED:
            return self.created
        return self.works_at if status == PROCESSING else self.ends_at

    def is_listed(self, now: int, late_seconds: float) -> bool:
        """Whether the list of tasks has it, where every task is missing for `late_seconds` at least."""
        late = max(self.late_seconds, late_seconds)
        # `created` may be a little ahead of the clock.
        return not late or now >= self.created + late * 1000

    def spent(self, now: int) -> int:
        return 0 if self.status_at(now) == FAILED else self.points

    def takes_slot(self, now: int) -> bool:
        return self.tracked and not self.status_at(now).final
