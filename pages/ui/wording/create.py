"""Create: what is said while one waits, and beside what one chooses."""

from __future__ import annotations

from pages.ui.wording.formats import duration

MAY_LEAVE = "You may leave this page: it goes on, and the video will be in Tasks as well."


def describe_longest_look(seconds: float) -> str:
    """That looking for a lost request has an end; `seconds` are the longest it can take."""
    return f"This takes {duration(seconds)} at most. {MAY_LEAVE}"
