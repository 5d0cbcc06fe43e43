"""Motions of the second generation, which are videos: what one may be, and the uploads that are one."""

from . import refusals
from .inspection import check_length
from .records import Asset, ReferenceMotion
from .refusals import Refusal

MS = (3000, 30_000)
"""Length that a motion may have."""
IMAGE_DIRECTION_MS = 10_000
"""Length that a motion may have when the person keeps to the picture's direction: Kling's rule."""
MOTION_ID = "motion_"
"""What the id of a motion begins with; digits follow, for an upload those of its own id."""
SIDES = (340, 3850)
"""Pixels that each side of it may have."""


def check(width: int, height: int, duration: int) -> None:
    """Raises a Refusal 400 for a video that is no motion; `duration` in milliseconds."""
    if min(width, height) < SIDES[0]:
        raise refusals.video_too_small(SIDES[0], width, height)
    if max(width, height) > SIDES[1]:
        raise refusals.video_too_large(SIDES[1], width, height)
    check_length(duration, MS)


def check_direction(motion: ReferenceMotion, direction: str) -> None:
    """Raises a Refusal 400 for a motion that is too long to be seen from the picture's side."""
    if direction == "image_direction" and motion.duration > IMAGE_DIRECTION_MS:
        raise refusals.turned_too_long(IMAGE_DIRECTION_MS // 1000)


def is_motion(asset: Asset) -> bool:
    """A video is one by itself, but for those that only the first generation takes; pictures have no length,
    sounds no sides."""
    try:
        check(asset.width, asset.height, asset.duration)
    except Refusal:
        return False
    return not asset.deleted


def motion_of(asset: Asset) -> ReferenceMotion:
    return ReferenceMotion(
        asset_id=f"{MOTION_ID}{asset.id}",
        clip=asset.name,
        cover=asset.cover,
        duration=asset.duration,
        width=asset.width,
        height=asset.height,
        created=asset.created,
        has_audio=asset.has_audio,
        upload=asset.id,
    )
