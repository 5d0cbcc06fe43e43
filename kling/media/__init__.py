"""Look at a file before it is sent, and make it right."""

from kling.media.files import frame, inspect, normalise, preview, repair, repair_picture, spool, strip, without_place
from kling.media.limits import (
    LIMITS,
    Convert,
    Crop,
    Fix,
    Limits,
    Media,
    Pad,
    Problem,
    Purpose,
    Scale,
    Shrink,
    Trim,
    problems,
)

__all__ = [
    "LIMITS",
    "Convert",
    "Crop",
    "Fix",
    "Limits",
    "Media",
    "Pad",
    "Problem",
    "Purpose",
    "Scale",
    "Shrink",
    "Trim",
    "frame",
    "inspect",
    "normalise",
    "preview",
    "problems",
    "repair",
    "repair_picture",
    "spool",
    "strip",
    "without_place",
]
