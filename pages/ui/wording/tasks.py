"""Tasks: their states, what they make, how far they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kling.feed.summary import TaskSummary
from kling.models import Task
from pages.ui.wording.formats import duration, shortened
from pages.ui.wording.refusals import explain_failed


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
JOINT = " · "
ENDING = re.compile(r"\.(jpe?g|png|webp|hei[cf]|avif|bmp|tiff?|gif)$", re.IGNORECASE)
NAME_MOST = 80
"""Characters of a file's name."""
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


def task_key(task_id: int | str | None) -> str:
    """Under what the name of a task stands among those of motions."""
    return f"task {task_id}"


def is_task_key(key: str) -> bool:
    return key.startswith("task ")


def video_title(picture: str, motion: str) -> str:
    """What a video is called by what it is made of."""
    return f"{shortened(re.sub(ENDING, '', picture), NAME_MOST)}{JOINT}{motion}"


def picture_of_title(title: str | None) -> str:
    """The picture's part of what `video_title` made; empty when there is none."""
    return title.partition(JOINT)[0] if title and JOINT in title else ""


def title_of(task: Task | TaskSummary, names: Mapping[str, str]) -> str:
    """What a task is called: the title somebody gave it, else by the picture and the motion, else by the motion."""
    found = names.get(task_key(task.id)) or (names.get(task.motion_source) if task.is_motion_video else None)
    return found or ""


def describe(task: Task | TaskSummary, names: Mapping[str, str]) -> str:
    """A task in a few words: what it is called, and from which description; else what it makes."""
    return " · ".join(part for part in (title_of(task, names), task.prompt) if part) or kind_of(task)


def file_name(task: Task | TaskSummary, names: Mapping[str, str]) -> str:
    """A name for the file of a task's result, without an ending: anna-wave."""
    parts = [re.sub(ENDING, "", part) for part in title_of(task, names).split(JOINT)]
    if name := re.sub(r"[\W_]+", "-", " ".join(parts).lower()).strip("-")[:NAME_MOST].strip("-"):
        return name
    made = datetime.fromtimestamp((task.created or 0) / 1000, UTC)
    return f"{kind_of(task).lower()}-{made:%Y-%m-%d}-{task.id}".replace(" ", "-")


def explain_failure(task: Task) -> str:
    """Why a task failed."""
    return explain_failed(task.failure or "")


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


def describe_refresh(count: int) -> str:
    """What a look that somebody asked for has brought."""
    if not count:
        return "Up to date. Nothing has changed."
    return "Up to date. 1 task is different." if count == 1 else f"Up to date. {count:,} tasks are different."
