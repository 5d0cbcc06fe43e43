"""Deleting: what goes, whether it can be put back, and what is left of it."""

from __future__ import annotations

from collections.abc import Sequence

from kling.archive.bin import KEPT_DAYS
from pages.ui.wording.formats import plain, shortened

NAMED = 10
"""So many are named before the rest is counted."""
NAME_MOST = 80
PUT_BACK = "Back among the results. At Kling it stays deleted."


def ask(name: str, *, has_video: bool, is_motion: bool = False) -> str:
    """What deleting one task takes away."""
    what = "the motion" if is_motion else "the task"
    deleted = f"This deletes {what} **{plain(shortened(name, NAME_MOST))}** at Kling for everybody and for good."
    if is_motion:
        return f"{deleted} No copy of it is kept here, so this cannot be undone. Videos made with it stay."
    return f"{deleted} {_describe_copies(1, int(has_video))}"


def ask_several(names: Sequence[str], kept: int, not_theirs: int) -> str:
    """The same of several; `kept` of them have a copy here, and so many more stay."""
    named = [plain(shortened(name, NAME_MOST)) for name in names[:NAMED]]
    named += [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    lines = "\n".join(f"- {each}" for each in named)
    is_not = "is not yours to delete, and stays" if not_theirs == 1 else "are not yours to delete, and stay"
    stay = f"\n\n{not_theirs} of those chosen {is_not}." if not_theirs else ""
    copies = _describe_copies(len(names), kept)
    return f"This deletes them at Kling for everybody and for good:\n\n{lines}\n\n{copies}{stay}"


def _describe_copies(count: int, kept: int) -> str:
    back = f"and can be put back for {KEPT_DAYS} days"
    if not kept:
        return f"No copy of {'it' if count == 1 else 'them'} is kept here, so this cannot be undone."
    if count == 1:
        return f"The copy kept here goes to the bin, {back}."
    if kept == count:
        return f"The copies kept here go to the bin, {back}."
    have = "has" if kept == 1 else "have"
    return f"{kept} of them {have} a copy here, which goes to the bin, {back}. Of the others no copy is kept."


def describe_deleted(count: int) -> str:
    """That so many were deleted whose copies are in the bin."""
    copies = "The copy kept here is" if count == 1 else f"The copies of {count} kept here are"
    return f"Deleted at Kling. {copies} in the bin for {KEPT_DAYS} days."
