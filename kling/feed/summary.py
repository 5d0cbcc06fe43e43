"""The summary of a task: what a table shows of it, and the whole answer compressed.

Ten thousand whole tasks would fill half a gigabyte; their summaries fit into some twenty megabytes.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

from kling.models.tasks import MOTION_UPLOAD, MOTION_VIDEO, Task

# Only the answer for one task has these, and they change with every look.
VOLATILE = ("etaTime", "queuingEtaTime", "originEtaTime", "originQueuingEtaTime", "etaTimeOverSla", "replyRef")
SHARE_STEP = 0.05


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """Times in ms since the epoch as in `Task`, except `finishes_at`: seconds, as expected by now.

    Two are equal when a table would show the same: links that were only signed anew make no difference.
    """

    id: int | None
    type: str
    state: str
    is_final: bool
    created: int | None
    updated: int | None
    prompt: str
    motion_source: str
    has_video: bool
    likeness: str
    """Tasks alike in this take about as long."""
    finishes_at: float | None = None
    share: float | None = None
    """How much is done, 0 to 1, in steps so that it does not change all the time."""
    cover_url: str | None = field(default=None, compare=False)
    compressed: bytes = field(default=b"", compare=False, repr=False)
    digest: int = field(default=0, compare=False, repr=False)

    @classmethod
    def of(cls, task: Task, known: TaskSummary | None = None) -> TaskSummary:
        """`known` itself when nothing at all changed since."""
        text = _lasting_json(task.raw)
        digest = hash(text)
        if known is not None and known.digest == digest:
            return known
        return cls(
            id=task.id,
            type=task.type,
            state=task.state,
            is_final=task.is_final,
            created=task.created,
            updated=task.updated,
            prompt=task.prompt,
            motion_source=task.motion_source,
            has_video=bool(task.video_url),
            likeness=f"{task.type} {task.argument('duration')} {task.argument('model_mode')}",
            cover_url=task.cover_url or task.motion_cover_url or task.picture_url,
            compressed=zlib.compress(text, 1),
            digest=digest,
        )

    @property
    def is_readable(self) -> bool:
        """Whether at least its number could be read."""
        return self.id is not None

    @property
    def is_waiting(self) -> bool:
        """Whether there is an end to wait for; of a task that cannot be read nobody knows one."""
        return self.is_readable and not self.is_final

    @property
    def is_motion_upload(self) -> bool:
        """Whether it makes a motion out of a video."""
        return self.type == MOTION_UPLOAD

    @property
    def is_motion_video(self) -> bool:
        """Whether it makes a video out of a motion and a picture."""
        return self.type == MOTION_VIDEO

    @property
    def took(self) -> float | None:
        """Seconds it was in the making, once it is final."""
        if not (self.is_final and self.created and self.updated):
            return None
        return (self.updated - self.created) / 1000

    def task(self) -> Task:
        """The whole task."""
        return Task.read(json.loads(zlib.decompress(self.compressed)))

    def expected(self, finishes_at: float | None, now: float) -> TaskSummary:
        """The same with how far it should be by `now` (seconds); itself when that is as it was."""
        share = None
        if finishes_at and self.created and not self.is_final:
            started = self.created / 1000
            passed = (now - started) / max(1.0, finishes_at - started)
            share = round(min(0.95, max(0.0, int(passed / SHARE_STEP) * SHARE_STEP)), 2)
            finishes_at = round(finishes_at)
        if (finishes_at, share) == (self.finishes_at, self.share):
            return self
        return replace(self, finishes_at=finishes_at, share=share)


def _lasting_json(raw: Any) -> bytes:
    """The answer as JSON, without what changes with every look."""
    lasting = {name: part for name, part in raw.items() if name not in VOLATILE} if isinstance(raw, dict) else raw
    try:
        return json.dumps(lasting, separators=(",", ":"), default=str).encode()
    except RecursionError:  # nested too deeply: what was understood of it is in the summary
        return b"null"
