"""What is known of one order: the row as it is kept, and the same as a page reads it.

Times are seconds since the epoch unless a name says ms.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from kling import errors
from kling.errors import ApiError, InvalidInput, KlingError, UnexpectedAnswer, Unreachable
from kling.models import MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest, Task

Step = Literal[
    "held", "waiting", "picture", "video", "cover", "ready", "granted", "request", "looking",
    "accepted", "done", "failed", "gone", "refused", "unknown", "cancelled",
]  # fmt: skip
Kind = Literal["video", "reference", "motion", "clip", "deletion"]
"""video: from a template · reference: from a reference video · motion: taken from a clip · clip: a clip that is a
motion as it is, so that sending it is all."""

UNSENT: tuple[Step, ...] = ("held", "waiting", "picture", "video", "cover", "ready", "granted")
"""Nothing paid has left; these can be cancelled."""
SENT: tuple[Step, ...] = ("request", "looking", "accepted")
"""These take one of Kling's places, or may."""
LIVE: tuple[Step, ...] = (*UNSENT, *SENT)
IN_LINE: tuple[Step, ...] = tuple(step for step in LIVE if step != "held")
BEGUN: tuple[Step, ...] = tuple(step for step in IN_LINE if step != "waiting")
"""Somebody carries these on."""
ENDED: tuple[Step, ...] = ("done", "failed", "gone", "refused", "unknown", "cancelled")


@dataclass(frozen=True)
class PictureFile:
    """A picture that is not at Kling yet."""

    name: str
    data: bytes
    content_type: str


@dataclass(frozen=True)
class Cost:
    """Credits taken; `is_exact` only where the balance shows it."""

    credits: float
    is_exact: bool


@dataclass(frozen=True)
class Order:
    """Where an order stands. `step` is the one under way, or what it ended as.

    held: no room in a budget, so not in the queue · waiting: in the queue · picture, video, cover: a file is on its way
    · ready: everything is at Kling, waits for a free place · granted: its turn has come · request: being asked ·
    looking: no proper answer came, so we look whether Kling has it · accepted: Kling makes it · done, failed: as the
    task ended · gone: Kling no longer knows the task · refused: ended before Kling took it · unknown: a person must
    decide · cancelled: by a person, unsent.
    """

    id: str
    title: str
    placed_at: float
    kind: Kind = "video"
    step: Step = "waiting"
    sent: int = 0
    total: int = 0
    task: Task | None = None
    error: KlingError | None = None
    person: str = ""
    account: str = ""
    batch: str = ""
    project: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    tries: int = 0
    not_before: float | None = None
    accepted_at: float | None = None
    ended_at: float | None = None
    cost: Cost | None = None
    price: float | None = None
    """Credits expected when it was placed: what it counts with until its cost is known."""
    seen: Mapping[str, Any] = field(default_factory=dict)
    sent_once: bool = False
    """Whether a paid request left, whatever came of it."""
    is_unsure: bool = False
    """Whether Kling may have a paid request of it that nobody knows the end of."""
    is_paused: bool = False
    """Whether a person stopped it for now."""
    clip_url: str | None = None
    """Where a clip lies that Kling has."""

    @property
    def is_over(self) -> bool:
        """Whether handing it over is over: Kling has it, or never will without somebody's doing."""
        return self.step not in (*UNSENT, "request", "looking")

    @property
    def is_ended(self) -> bool:
        """Whether nothing will change any more by itself."""
        return self.step in ENDED

    @property
    def is_accepted(self) -> bool:
        """Whether Kling took it."""
        return self.step in ("accepted", "done", "failed", "gone")

    @property
    def was_not_taken(self) -> bool:
        """Whether it ended without Kling having it, as far as anybody knows."""
        return self.step in ("refused", "unknown", "cancelled")

    @property
    def is_held(self) -> bool:
        """Whether it waits for room in a budget, or for an admin."""
        return self.step == "held"

    @property
    def can_be_cancelled(self) -> bool:
        """Whether nothing paid has left yet."""
        return self.step in UNSENT

    @property
    def may_have_been_received(self) -> bool:
        """Whether Kling may have taken the paid request although nothing of it was found there."""
        return self.step == "unknown"

    @property
    def candidates(self) -> list[Mapping[str, Any]]:
        """Tasks of which nobody can tell whether they are this order's: id, created (ms), picture,
        video, prompt, state."""
        return list(self.seen.get("candidates", ()))

    @property
    def problem(self) -> str:
        """What is wrong with a task that Kling took: `overdue` or `no works`; else empty."""
        return str(self.seen.get("problem", ""))

    @property
    def is_paid(self) -> bool:
        return self.kind not in ("deletion", "clip")


VideoRequest = MotionCreateRequest | ReferenceMotionRequest
Request = VideoRequest | MotionUploadRequest
_REQUESTS: dict[str, type[Request]] = {
    "video": MotionCreateRequest, "reference": ReferenceMotionRequest, "motion": MotionUploadRequest,
}  # fmt: skip


def read_request(kind: str, body: Mapping[str, Any]) -> Request:
    """The request as it was placed; `InvalidInput` when it no longer fits the rules."""
    return _REQUESTS[kind](**body)


def error_to_json(error: KlingError) -> str:
    """An error as it is kept. What the client raises has no secret in it."""
    known: dict[str, Any] = {"kind": type(error).__name__, "text": str(error)}
    if isinstance(error, ApiError):
        known |= {"status": error.status, "error": error.error, "message": error.message}
    if isinstance(error, Unreachable):
        known |= {"sent": error.sent}
    if isinstance(error, InvalidInput):
        known |= {"field": error.field}
    return json.dumps(known)


def error_from_json(text: str | None) -> KlingError | None:
    """What `error_to_json` kept."""
    if not text:
        return None
    known = json.loads(text)
    kind = getattr(errors, known["kind"], UnexpectedAnswer)
    if issubclass(kind, ApiError):
        return cast(KlingError, kind(known.get("status", 0), known.get("error", ""), known.get("message", "")))
    if kind is Unreachable:
        return Unreachable(known["text"], known["sent"])
    if kind is InvalidInput:
        return InvalidInput(known["text"], known["field"])
    return cast(KlingError, kind(known["text"]))


def order_from_row(row: Mapping[str, Any], progress: tuple[int, int] = (0, 0)) -> Order:
    """A row as a page reads it; `progress` in bytes sent and bytes in all."""
    is_exact = bool(row["cost_is_exact"])
    return Order(
        id=row["id"],
        title=row["title"],
        placed_at=row["placed_at"],
        kind=row["kind"],
        step=row["step"],
        sent=progress[0],
        total=progress[1],
        task=Task.read(json.loads(row["task"])) if row["task"] else None,
        error=error_from_json(row["error"]),
        person=row["person"],
        account=row["account"],
        batch=row["batch"],
        project=row["project"],
        body=json.loads(row["body"]),
        tries=row["tries"],
        not_before=row["not_before"],
        accepted_at=row["accepted_at"],
        ended_at=row["ended_at"],
        cost=None if row["cost"] is None else Cost(row["cost"], is_exact),
        price=row["price"],
        seen=json.loads(row["seen"] or "{}"),
        sent_once=bool(row["attempts"]),
        is_unsure=(row["unsure_at"] is not None or row["doubt"] == "person") and row["task_id"] is None,
        is_paused=row["paused_at"] is not None,
        clip_url=json.loads(row["addresses"]).get("video"),
    )
