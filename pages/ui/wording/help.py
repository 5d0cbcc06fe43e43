"""The page Help: the words used here, what is taken, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence

from kling.media.limits import LIMITS, Purpose
from pages.ui.wording.formats import megabytes, plain

WORDS = {
    "Motion": "A movement to be copied: one of Kling's own, or one taken from a video of yours.",
    "Picture": "A photo of the person who is to move: one person, body and pose clearly visible.",
    "Task": "A video or a motion that Kling is making or has made. Kling keeps it for seven days.",
    "The line": "Where orders wait while all places at Kling are taken. It takes turns between people.",
}
STEPS = (
    "**Create a video**: choose a motion, choose a picture, press the button. The video appears on the same page.",
    "**Upload a motion**: choose a video of one person moving, cut it on the film strip, send it. It is then a motion.",
    "**Tasks**: everything that is being made and was made, to download, make again, or delete.",
)
ORDERED = (
    "Once you have pressed the button you may leave, reload, or close the page: the order goes on. It can be cancelled "
    "until it is sent; a second click makes no second video."
)
REPAIRED = "What is too long, too large or of another kind is made right here, before it is sent."
TOLD = "Show them the sentence you read, and the number of the task."


def describe_limits(purposes: Sequence[tuple[str, Purpose]]) -> list[str]:
    """What files must be, a line for each of these."""
    return [f"**{name}**: {_describe(purpose)}" for name, purpose in purposes]


def _describe(purpose: Purpose) -> str:
    limits = LIMITS[purpose]
    seconds = f"{limits.shortest:.0f} to {limits.longest:.0f} seconds, " if limits.longest else ""
    return f"{seconds}{limits.sides}, up to {megabytes(limits.most_bytes)}."


def describe_whom_to_ask(admins: Sequence[str]) -> str:
    """Who runs the dashboard, as far as it is known."""
    if not admins:
        return f"Whoever runs this dashboard. {TOLD}"
    return f"{plain(admins[0])}, who runs this dashboard. {TOLD}"
