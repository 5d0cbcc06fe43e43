"""Create: what is said while one waits, and beside what one chooses."""

from __future__ import annotations

import re

from pages.ui.wording.formats import day, duration

MAY_LEAVE = "You may leave this page: it goes on, and the video will be in Tasks as well."
OPTION_FIRST = "One of the options has to be changed first."

HINTS = {
    "motion": "Rest the pointer on a card to see it move, click it to choose.",
    "picture": "One person, the whole body if you can.",
    "sent": "All of this may stay as it is: the button is below, and the price beside it.",
}
"""What a step is for, said until it was done once."""

_MADE_UP_NAME = re.compile(r"[\da-f_-]{16,}(\.\w+)?", re.IGNORECASE)
"""A name that a machine has given."""


def picture_name(sent_as: str, at_kling: str | None, created: int | None) -> str:
    """What a picture from before is called: as whoever sent it called it, else as Kling does, else by its day.

    `created` in ms since the epoch.
    """
    if sent_as:
        return sent_as
    if at_kling and not _MADE_UP_NAME.fullmatch(at_kling):
        return at_kling
    return f"Picture of {day(created)}" if created else "Picture"


def describe_left_out(left: int, taken: int) -> str:
    """That some of the pictures chosen will not be made into videos."""
    pictures = "1 picture left out" if left == 1 else f"{left} pictures left out"
    return f"{pictures}: {taken} of {left + taken}."


def describe_longest_look(seconds: float) -> str:
    """That looking for a lost request has an end; `seconds` are the longest it can take."""
    return f"This takes {duration(seconds)} at most. {MAY_LEAVE}"
