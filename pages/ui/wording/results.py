"""Results that are kept: what they are, where they come from, what can be done with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from kling.archive import Result
from kling.archive.personal import Personal
from pages.ui.wording.formats import day, duration
from pages.ui.wording.people import NO_NAME, called
from pages.ui.wording.tasks import task_key

NONE_YET = "Nothing here yet. Every video that is finished is kept here, beyond the week that Kling keeps it."
NONE_FITS = "No result fits the filters."
BIN_EMPTY = "The bin is empty."
BIN_RULES = "What is in the bin is deleted for good after 30 days. Until then it can be put back."
UNREAD = "The results cannot be read: the database does not answer. Nothing is lost. Try again in a moment."
PERSONAL_RULES = (
    "For somebody who wants their pictures gone. This deletes every picture that they used, and every result that was "
    "made from one of these pictures, whoever made it. It cannot be undone."
)
NOT_THERE = "This result is not there. Somebody may have deleted it for good, or the link is not whole."
MOTION_GONE = "Kling does not have this motion any more. Here is the clip that it came from, to be sent again."
NO_PICTURE = "The picture of this result could not be kept, so choose one on Create."
NOT_OUTSIDE = "This dashboard can be opened on this machine only, so nobody outside can open a link to it."
TAKEN_BACK = "The link is taken back. Whoever opens it now finds nothing."
SHARE_OVER = "This link does not work, or not any more. Ask whoever gave it to you for a new one."
ME = "Me"
WHENS = {
    "today": "Today",
    "week": "Last 7 days",
    "month": "This month",
    "last month": "Last month",
    "year": "This year",
    "before": "Before this year",
}


def describe_personal(found: Personal) -> str:
    """How much there is of a person."""
    pictures = max(len(found.pictures), len(found.picture_links))
    results = "1 result" if len(found.results) == 1 else f"{len(found.results):,} results"
    return f"{'1 picture' if pictures == 1 else f'{pictures:,} pictures'} and {results}"


def title_of(result: Result, names: Mapping[str, str]) -> str:
    """A result in a few words, as its task is called: by its title, else its motion, and by its description."""
    called = names.get(task_key(result.task_id)) or result.title.strip()
    motion = names.get(result.motion) or result.motion_name.strip()
    return " · ".join(part for part in (called or motion, result.prompt.strip()) if part) or f"Video {result.task_id}"


def note_of(result: Result, zone: ZoneInfo) -> str:
    """What stands below its cover."""
    parts = [day_of(result.finished_at, zone)]
    if result.seconds:
        parts.append(duration(result.seconds))
    return " · ".join(parts)


def day_of(seconds: float, zone: ZoneInfo) -> str:
    """A day where the viewer is, from seconds since the epoch."""
    return datetime.fromtimestamp(seconds, zone).strftime("%d %b %Y").lstrip("0")


def shared_until(expires_at: float) -> str:
    return f"This link holds until {day(int(expires_at * 1000))}."


def made_by(person: str, me: str, names: dict[str, str]) -> str:
    """Whose a result is, to be told from others: where nobody signs in, many are without a name."""
    is_nameless = bool(person) and "@" not in person and not names.get(person)
    if is_nameless:
        return ME if person == me else f"{NO_NAME} ({person[:4]})"
    return called(person, names)


def count_of(count: int, most: int) -> str:
    if count > most:
        return f"More than {most:,} results"
    return "1 result" if count == 1 else f"{count:,} results"


def days_left(binned_at: float, now: float, kept_days: int) -> str:
    left = max(0, round(kept_days - (now - binned_at) / 86_400))
    return "deleted for good today" if left == 0 else f"deleted for good in {left} day{'' if left == 1 else 's'}"
