"""What this person has done before: steps that need no more explaining, motions they used lately."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Literal

from kling import KlingError, Motion
from pages.ui.session import shared
from pages.ui.session.accounts import person

HabitStep = Literal["motion", "picture", "sent"]


def done_before() -> frozenset[str]:
    """The steps that they did once."""
    return frozenset(each.name for each in shared.saved_values().all(person(), "done"))


def note_done(step: HabitStep) -> None:
    """From now on they know how."""
    if step not in done_before():
        with contextlib.suppress(KlingError):
            shared.saved_values().put(person(), "done", step, True)


def note_used(keys: Sequence[str]) -> None:
    """They have made a video with each of the motions that have these keys."""
    with contextlib.suppress(KlingError):
        for key in keys:
            shared.saved_values().put(person(), "used", key, True)


def recently_used_first(motions: Sequence[Motion]) -> list[Motion]:
    """Those that this person used, the last one first, and then the others as they come."""
    used = {each.name: number for number, each in enumerate(shared.saved_values().all(person(), "used"))}
    return sorted(motions, key=lambda motion: used.get(motion.key, len(used)))
