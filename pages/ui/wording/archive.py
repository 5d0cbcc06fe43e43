"""What people read about the room that kept results take, and what became of keeping them."""

from __future__ import annotations

from collections.abc import Mapping

from kling.archive import GB, Result, Room

PROBLEMS: Mapping[str, str] = {
    "limit": "As much is kept as KLING_ARCHIVE_GB allows. New results are not kept until there is room: nothing is "
    "deleted by itself. Raise the limit, or delete results you no longer need. Orders go on as before.",
    "disk": "The disk is nearly full, so new results are not kept until there is room. Kling has each of them for "
    "seven days. Orders go on as before.",
    "storage": "The archive does not answer or does not hold what was kept, so new results are not kept at the moment. "
    "Kling has each of them for seven days. Whoever runs the dashboard sees to KLING_ARCHIVE. Orders go on as before.",
}
AWAY = (
    "The archive does not answer, so videos that are kept cannot be shown at the moment. Nothing was deleted. Whoever "
    "runs the dashboard sees to KLING_ARCHIVE: `python -m kling.doctor` tells more."
)
NO_FILE = (
    "The file of this video is not in the archive any more. Whoever runs the dashboard starts "
    "`python -m kling.archive check`: then it is copied again, as far as Kling still has it."
)
NEARLY_FULL = "The archive is nearly full. Once it is full, new results are not kept; nothing is deleted by itself."
REASONS: Mapping[str, str] = {
    "unreachable": "Kling does not answer at the moment. It is tried again.",
    "refused": "Kling did not give it out. It is tried again.",
    "lapsed": "No link to the video works any more.",
    "damaged": "What Kling sends is no whole video.",
    "deleted": "It was deleted at Kling before it could be kept.",
}
"""Of a result that waits or is gone."""
PARTS: Mapping[str, str] = {"cover": "the cover", "picture": "the picture", "motion_clip": "the motion"}


def size(count: float) -> str:
    """Bytes as people say them."""
    if count >= 0.95 * GB:
        return f"{count / GB:,.1f} GB"
    return f"{count / 1e6:,.0f} MB" if count >= 9.5e6 else f"{count / 1e6:.1f}".removesuffix(".0") + " MB"


def state_of_keeping(result: Result) -> str:
    """What a person should know of how a result is kept; empty where all is well."""
    if result.state == "kept":
        lost = " and ".join(PARTS[part] for part in result.reason.split() if part in PARTS)
        return f"The video is kept. Of what it was made from, {lost} could not be had any more." if lost else ""
    why = REASONS.get(result.reason, "")
    if result.state == "gone":
        return f"The video could not be kept, and cannot be had any more. {why}".strip()
    return f"The video is still being copied into the archive. {why}".strip()


def room_sentence(room: Room, counts: Mapping[str, int]) -> str:
    """How much is kept, and how much more can be."""
    kept, waiting, gone = (counts.get(state, 0) for state in ("kept", "waiting", "gone"))
    parts = [f"{kept:,} {'result' if kept == 1 else 'results'} kept, {size(room.used)}"]
    parts += [f"of {size(room.limit)} allowed"] if room.limit is not None else []
    parts += [f"{size(room.free)} free on the disk"] if room.free is not None else []
    parts += [f"{waiting:,} being copied"] if waiting else []
    parts += [f"{gone:,} could not be had any more"] if gone else []
    return ", ".join(parts) + "."
