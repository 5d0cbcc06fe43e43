"""Motions of the second generation, which are videos: what one may be, and the uploads that are one."""

from kling.sandbox import errors
from kling.sandbox.errors import ApiError
from kling.sandbox.media.inspection import check_length
from kling.sandbox.state.models import Asset, ReferenceMotion

MS = (3000, 30_000)
"""Length that a motion may have."""
IMAGE_DIRECTION_MS = 10_000
"""Length that a motion may have when the person faces as in the picture: Kling's rule."""
MOTION_ID = "motion_"
"""What the id of a motion begins with; digits follow, which are no id of an upload."""
SIDES = (340, 3850)
"""Pixels that each side of it may have."""


def check(width: int, height: int, duration: int) -> None:
    """Raises an ApiError 400 for a video that is no motion; `duration` in milliseconds."""
    if min(width, height) < SIDES[0]:
        raise errors.video_too_small(SIDES[0], width, height)
    if max(width, height) > SIDES[1]:
        raise errors.video_too_large(SIDES[1], width, height)
    check_length(duration, MS)


def check_direction(motion: ReferenceMotion, direction: str) -> None:
    """Raises an ApiError 400 for a motion too long for a person who faces as in the picture."""
    if direction == "image_direction" and motion.duration > IMAGE_DIRECTION_MS:
        raise errors.too_long_for_image_direction(IMAGE_DIRECTION_MS // 1000)


def is_motion(asset: Asset) -> bool:
    """A video is one by itself, but for those that only the first generation takes; pictures have no length,
    sounds no sides."""
    try:
        check(asset.width, asset.height, asset.duration)
    except ApiError:
        return False
    return not asset.deleted


def motion_of(asset: Asset) -> ReferenceMotion:
    return ReferenceMotion(
        asset_id=f"{MOTION_ID}{asset.id[-9:]}",
        clip=asset.name,
        cover=asset.cover,
        duration=asset.duration,
        width=asset.width,
        height=asset.height,
        created=asset.created,
        has_audio=asset.has_audio,
        upload=asset.id,
    )
