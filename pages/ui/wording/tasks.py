"""Tasks: their states, what they make, how far they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kling.feed.summary import TaskSummary
from kling.models import Task
from pages.ui.wording.formats import duration, plain


@dataclass(frozen=True)
class State:
    """A task's state in words."""

    label: str
    icon_name: str
    """Of a Material icon."""
    colour: str

    @property
    def icon(self) -> str:
        """As Streamlit takes it."""
        return f":material/{self.icon_name}:"


STATES = {
    "submitted": State("Waiting", "schedule", "gray"),
    "processing": State("In the making", "autorenew", "blue"),
    "succeed": State("Ready", "check_circle", "green"),
    "failed": State("Failed", "error", "red"),
}
KINDS = {"motion_control_imgs2video": "Video", "motion_control_motion_process": "Motion"}


def state_of(task: Task | TaskSummary) -> State:
    """The state of a task; one that is new to us is shown as it came."""
    if not task.is_readable:
        return State("Unreadable", "warning", "orange")
    return STATES.get(task.state, State(task.state.replace("_", " ").capitalize(), "help", "gray"))


def kind_of(task: Task | TaskSummary) -> str:
    """What a task makes."""
    known = KINDS.get(task.type)
    return known or (task.type.replace("_", " ").capitalize() if task.type else "Unknown")


def describe(task: Task | TaskSummary, motion_names: Mapping[str, str]) -> str:
    """A task in a few words: what it makes, with which motion, from which description."""
    kind = kind_of(task)
    name = motion_names.get(task.motion_source) if task.is_motion_video else None
    return " · ".join(part for part in (kind, name, task.prompt) if part)


def file_name(task: Task | TaskSummary) -> str:
    """A name for the file of a task's result, without an ending."""
    made = datetime.fromtimestamp((task.created or 0) / 1000, UTC)
    return f"{kind_of(task).lower()}-{made:%Y-%m-%d}-{task.id}".replace(" ", "-")


def explain_failure(task: Task) -> str:
    """Why a task failed, in Kling's own words where there are any."""
    return (
        plain(task.failure or "")
        or "Kling gave no reason. Another picture or motion may help; nothing more can be done with this one."
    )


def progress(task: Task | TaskSummary, finishes_at: float | None, now: float) -> tuple[float, str]:
    """How much of a task is done, 0 to 1, and how long it still takes; times in seconds since the epoch."""
    if task.is_final:
        return 1.0, ""
    if not finishes_at or not task.created:
        return 0.0, ""
    started = task.created / 1000
    share = (now - started) / max(1.0, finishes_at - started)
    left = finishes_at - now
    return min(0.95, max(0.0, share)), f"About {duration(left)} left." if left > 1 else "Any moment now."


def took(task: Task | TaskSummary) -> str:
    """How long a finished task was in the making."""
    if not (task.is_final and task.created and task.updated):
        return ""
    return duration((task.updated - task.created) / 1000)
