"""The tasks as pages get them: frozen, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, overload

from kling.feed.summary import TaskSummary

Reason = Literal["deleted", "expired", "gone"]
"""Why a task left the list; "gone": deleted elsewhere."""


@dataclass(frozen=True, eq=False)
class TaskList(Sequence[TaskSummary]):
    """Every task held, newest first."""

    summaries: tuple[TaskSummary, ...] = ()
    by_id: Mapping[int, TaskSummary] = field(default_factory=dict)
    is_complete: bool = False
    """Whether there is nothing older to be had."""
    gone: Mapping[int, Reason] = field(default_factory=dict)
    """Why tasks have left the list, the last ones."""
    revision: int = 0
    """Grows when something to be seen has changed."""
    serial: int = 0
    """Grows whenever anything has, be it a link signed anew; no two lists of a process have the same."""

    def get(self, task_id: int | None) -> TaskSummary | None:
        """The task with this number."""
        return None if task_id is None else self.by_id.get(task_id)

    @property
    def unfinished(self) -> list[TaskSummary]:
        """What is still waiting or in the making."""
        return [summary for summary in self.summaries if summary.is_waiting]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskList) and self.revision == other.revision

    def __hash__(self) -> int:
        return self.revision

    def __len__(self) -> int:
        return len(self.summaries)

    def __iter__(self) -> Iterator[TaskSummary]:
        return iter(self.summaries)

    @overload
    def __getitem__(self, index: int) -> TaskSummary: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[TaskSummary]: ...
    def __getitem__(self, index: int | slice) -> TaskSummary | Sequence[TaskSummary]:
        return self.summaries[index]
