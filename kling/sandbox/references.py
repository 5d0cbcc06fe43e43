"""Motions of the second generation, which are videos: what one may be, and the uploads that are one."""

from . import refusals
from .records import Asset, ReferenceMotion
from .refusals import Refusal

MS = (3000, 30_000)
"""Length that a motion may have."""
MOTION_ID = "motion_"
"""What the id of a motion begins with; digits follow, for an upload those of its own id."""
SIDES = (340, 3850)
"""Pixels that each side of it may have."""


def check(width: int, height: int, duration: int) -> None:
    """Raises a Refusal 400 for a video that is no motion; `duration` in milliseconds."""
    if not all(SIDES[0] <= side <= SIDES[1] for side in (width, height)):
        raise refusals.motion_sides(width, height)
    if not MS[0] <= duration <= MS[1]:
        raise refusals.motion_length()


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
