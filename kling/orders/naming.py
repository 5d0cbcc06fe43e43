"""A motion that is made from somebody's clip is called what they called it while they sent it."""

from __future__ import annotations

from contextlib import suppress

from kling.errors import InvalidInput
from kling.models.lenient import without_signature
from kling.orders.context import Context
from kling.orders.rows import Row
from kling.store import MotionNames


def name_of_task(context: Context, row: Row, task_id: int | None) -> None:
    """The motion that a task makes has no id of its own yet."""
    if row["kind"] == "motion" and task_id is not None:
        _name(context, f"task {task_id}", row["title"])


def name_of_clip(context: Context, row: Row, url: str) -> None:
    """The motion that a file is."""
    _name(context, without_signature(url), row["title"])


def _name(context: Context, key: str, name: str) -> None:
    with suppress(InvalidInput):  # the database does not answer: people can name it later
        MotionNames(context.repository.store, context.repository.service).give(key, name)
