"""Files that are chosen: what is wrong with them and how they are repaired."""

from __future__ import annotations

from kling.media import Convert, Crop, Fix, Pad, Scale, Shrink, Trim

NOTHING_SENT = "Kling would refuse it as it is. Nothing is sent before it is right."
NO_PREVIEW = "This preview cannot be shown."
FIXES = {
    Trim: "Cut it to the chosen part",
    Shrink: "Make the file smaller",
    Pad: "Add a border",
    Crop: "Cut both ends off",
}


def describe_fix(fix: Fix, is_video: bool) -> str:
    """What a button does that repairs a file."""
    if isinstance(fix, Scale):
        return f"Make it {fix.short_side}p" if is_video else "Make it larger"
    if isinstance(fix, Convert):
        return "Save it as MP4" if is_video else "Save it as JPEG"
    return FIXES[type(fix)]


def name_zip(count: int, most: int) -> str:
    """What the link to so many videos in one file says, which holds `most` of them."""
    if count > most:
        return f"Download the first {most} of {count:,} as one zip"
    return "Download 1 video as one zip" if count == 1 else f"Download {count} videos as one zip"
