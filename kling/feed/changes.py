"""What happened to the tasks from one version of their list to the next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal, NamedTuple

MAX_CHANGES = 4000
Kind = Literal["added", "changed", "finished", "gone"]


class Change(NamedTuple):
    version: int
    kind: Kind
    id: int


@dataclass(frozen=True)
class Changes:
    """What happened between two snapshots, by task numbers; what left the list has its reason in `TaskList.gone`."""

    added: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    finished: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    is_whole: bool = True
    """False when it is too long ago to tell everything."""

    def __contains__(self, task_id: int) -> bool:
        return any(task_id in ids for ids in (self.added, self.changed, self.finished, self.gone))


class ChangeLog:
    """The last changes, each with the version of the snapshot that shows it first. Not thread-safe."""

    def __init__(self) -> None:
        self.changed_at = 0.0
        """When anything changed last, in seconds since the epoch."""
        self.finished_at = 0.0
        """When a task finished last."""
        self._pending: list[tuple[Kind, int]] = []
        self._published: deque[Change] = deque(maxlen=MAX_CHANGES)

    def add(self, kind: Kind, task_id: int, now: float) -> None:
        """A change that the next version will show."""
        self._pending.append((kind, task_id))
        self.changed_at = now
        if kind == "finished":
            self.finished_at = now

    def publish(self, version: int) -> None:
        """A snapshot of this version shows everything that was added until now."""
        self._published.extend(Change(version, kind, task_id) for kind, task_id in self._pending)
        self._pending.clear()

    def since(self, version: int) -> Changes:
        """What happened after the snapshot of this version."""
        is_whole = len(self._published) < MAX_CHANGES or self._published[0].version <= version
        ids: dict[str, list[int]] = {"added": [], "changed": [], "finished": [], "gone": []}
        for change in self._published:
            if change.version > version:
                ids[change.kind].append(change.id)
        return Changes(**{kind: tuple(dict.fromkeys(of_kind)) for kind, of_kind in ids.items()}, is_whole=is_whole)
