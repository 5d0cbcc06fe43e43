"""When tasks will be done: as Kling said, else as long as tasks like it took."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from kling.feed.summary import TaskSummary
from kling.models.tasks import Task

SAMPLES = 15
"""Of so many tasks alike, the median is taken."""
SEARCHED = 300
"""They are looked for among so many of the newest."""


class Forecast:
    """Not thread-safe."""

    def __init__(self) -> None:
        self._answers: dict[int, float] = {}
        """By task: when it will be done in seconds since the epoch, 0 where Kling was asked and did not say."""
        self._durations: dict[str, float] = {}
        """By likeness: what the last answer makes the whole duration, in seconds."""

    def learn(self, task: Task, summary: TaskSummary | None, now: float) -> None:
        """What Kling said of one task when asked for it alone."""
        if task.id is None or task.is_final:
            return
        self._answers[task.id] = now + task.eta_time / 1000 if task.eta_time else 0.0
        if summary and summary.created and task.eta_time:
            self._durations[summary.likeness] = self._answers[task.id] - summary.created / 1000

    def forget(self, task_id: int) -> None:
        """The task is gone."""
        self._answers.pop(task_id, None)

    def was_answered(self, task_id: int) -> bool:
        """Whether Kling was asked for this task, even if it did not say when."""
        return task_id in self._answers

    def finishes_at(self, summary: TaskSummary, newest: Sequence[TaskSummary]) -> float | None:
        """Seconds since the epoch; 0 where Kling did not say, None where nobody can tell."""
        if summary.is_final or summary.id is None or summary.created is None:
            return None
        if summary.id in self._answers:
            return self._answers[summary.id]
        duration = _median_duration(summary.likeness, newest[:SEARCHED])
        if duration is None:
            duration = self._durations.get(summary.likeness)
        return None if duration is None else summary.created / 1000 + duration


def _median_duration(likeness: str, newest: Sequence[TaskSummary]) -> float | None:
    alike = (each.took for each in newest if each.likeness == likeness and each.state == "succeed" and each.took)
    took = [seconds for seconds, _ in zip(alike, range(SAMPLES), strict=False)]
    return statistics.median(took) if took else None
