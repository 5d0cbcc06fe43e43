"""Motions, and the options of a request that names one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kling.generations import FACING_AS_IN_PICTURE
from kling.models import Motion
from pages.ui.wording.formats import day, plain

QUALITY = {"std": "Standard", "pro": "Professional"}
MODELS = {"kling-v3-0": "3.0", "kling-v2-6": "2.6"}
DIRECTIONS = {"motion_direction": "The motion", "image_direction": "The picture"}
FACE_AS_IN_MOTION = "Let the person face as in the motion"
LENGTH_OF_RESULT = "The video is about as long as the motion, and shorter where the movement is very fast."
FACING_SECONDS = FACING_AS_IN_PICTURE // 1000
SHORT_FOR_FACING = f" With more than {FACING_SECONDS} seconds, the person can face only as in the motion."
NAMED = 3
"""So many things a sentence names before it counts the rest."""
FACED_BEFORE = "On Create you chose that the person faces as in the picture. It holds for every row of the table."
NO_CHARACTERS = "No character is saved at Kling for this account. Those that you save there will be found here."
NO_MOTION_FITS = "No motion fits. Search for less, or upload one."
MOTIONS_COMING = "Nothing to show yet. The motions are still on their way."
MOTIONS_UNREAD = "Nothing to show: not all motions could be loaded."
MOTION_UNLISTED = (
    "Kling has taken the motion from the video, but its list of motions does not show it. "
    "It may come later; then it stands in Motions, and here. It need not be uploaded again."
)


def name_of(motion: Motion, names: Mapping[str, str]) -> str:
    """What people call a motion: the name they gave it, at its upload or since, else Kling's, else number and day."""
    task = f"task {motion.task_id}"
    if given := names.get(motion.key) or names.get(task) or names.get(motion.source):
        return given
    if motion.is_reference and not motion.work_name and motion.create_time:
        number = re.search(r"\d+$", str(motion.asset_id or ""))
        name = f"Motion {number[0]} of" if number else "Motion of"  # the number first: cards cut long names off
        length = f", {motion.duration / 1000:.0f} s" if motion.duration else ""
        return f"{name} {day(int(motion.create_time))}{length}"
    return motion.name


def explain_too_long(motions: Sequence[Motion], names: Mapping[str, str]) -> str:
    """Why motions cannot be used where the person faces as in the picture."""
    parts = [f"“{name_of(each, names)}” ({(each.duration or 0) / 1000:.4g} s)" for each in motions[:NAMED]]
    parts += [f"{len(motions) - NAMED} more"] if len(motions) > NAMED else []
    are = "is" if len(motions) == 1 else "are"
    return (
        f"{plain(' and '.join(parts))} {are} too long for this: where the person faces as in the picture, Kling takes "
        f"motions of {FACING_SECONDS} seconds at most. Choose a shorter one, or let the person face as "
        "in the motion."
    )


def describe_motion(motion: Motion) -> str:
    """Whose a motion is, and what is known of it."""
    parts = ["Kling's own" if motion.is_official else "Ours"]
    if motion.tag and motion.tag != motion.name.lower():
        parts.append(str(motion.tag))
    if motion.duration:
        parts.append(f"{motion.duration / 1000:.1f} s")
    if motion.width and motion.height:
        parts.append(f"{motion.width:.0f} × {motion.height:.0f}")
    if motion.has_audio:
        parts.append("with sound")
    return " · ".join(parts)


WHY_ZONES = "More than one person in it? Click each of them, the one who is to move last."


def describe_people(marked: int, person: int) -> str:
    """Who in a picture is to move, of so many that were marked."""
    if marked == 1:
        return "One person is marked. Click the others too, the one who is to move last."
    return f"Person {person} of {marked}, counted from the left, is to move."
