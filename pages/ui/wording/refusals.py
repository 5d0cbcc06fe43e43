"""What Kling's service says no to, in words of ours: what happened, and what to do.

Known by the service's own words. Whether it was charged is said where the order is known (`orders`). What is not known
here gets a sentence too, and the service's words stand with the technical reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from kling.errors import ApiError
from pages.ui.wording.formats import plain
from pages.ui.wording.motions import FACING_SECONDS

STAYS = "If it stays like this, show the technical reason to whoever runs the dashboard."
OUTDATED = f"Reload this page and choose again. {STAYS}"


class Refusal(NamedTuple):
    """What happened, and what to do."""

    what: str
    next: str


FIELDS: Mapping[str, tuple[str, str]] = {
    "image": ("picture", "Choose the picture again, or another one."),
    "imageurl": ("picture", "Choose the picture again, or another one."),
    "workid": ("motion", "Choose the motion again, or another one."),
    "motionurl": ("motion", "Choose the motion again, or another one."),
    "prompt": ("description", "Word it differently or shorter."),
    "duration": ("length", "Choose another length."),
    "mode": ("quality", "Choose the other quality."),
    "model_name": ("version of Kling", "Choose another version."),
    "character_id": ("person in the picture", "Choose another person, or a picture of one."),
    "change_direction": ("direction that the person faces", "Choose the other one."),
    "motiondirection": ("direction that the person faces", "Choose the other one."),
    "sound_effect": ("sound", "Switch the sound off."),
    "audio_prompt": ("description of the sounds", "Word it differently, or leave it empty."),
    "music_prompt": ("description of the music", "Word it differently, or leave it empty."),
    "enable_asmr": ("close sound (ASMR)", "Switch it off."),
    "keepaudio": ("sound of the motion", "Switch it off."),
    "element_1": ("saved character", "Choose another one or none, or the version of Kling that takes one."),
    "replyurl": ("reply address", "Correct it under “For programmers”, or leave it empty."),
    "replyref": ("reference", "Correct it under “For programmers”, or leave it empty."),
    "maxjobs": ("number of jobs at once", "Correct it under “For programmers”, or leave it empty."),
    "name": ("name", "Give another name."),
    "cover": ("cover picture", "Choose another cover."),
    "video": ("video", "Choose the video again, or another one."),
    "email": ("Kling account", "Choose another account, or ask whoever runs the dashboard."),
}
"""What we call a parameter of a request (in small letters), and what to do where it is refused."""
_PARAMETER = re.compile(r"parameter (\w+)")
_KNOWN: tuple[tuple[str, Refusal], ...] = (
    (
        r"pic_not_matched|no person",
        Refusal(
            "Kling found no person in the picture.",
            "Choose a picture in which one person is clearly visible, from head to feet if possible.",
        ),
    ),
    (
        r"duration_more_than_expected|video must be at most \d+ seconds",
        Refusal(
            "The motion is longer than Kling takes.",
            "Choose a shorter one. Where the person faces as in the picture, it may be "
            f"{FACING_SECONDS} seconds long at most.",
        ),
    ),
    (
        r"duration_less|video must be at least \d+ seconds",
        Refusal("The motion is shorter than Kling takes.", "Choose a longer one, or a longer part of the video."),
    ),
    (
        r"resolution_too_small|video must have at least \d+ px",
        Refusal("The motion's video has too few pixels.", "Choose one that is larger: 720p or 1080p."),
    ),
    (
        r"video must have at most \d+ px|video must be 720p",
        Refusal("The video is not of a size that Kling takes.", "Choose one of 720p or 1080p."),
    ),
    (
        r"image must have at least \d+ px",
        Refusal("The picture has too few pixels.", "Choose a larger one: each side needs 300 pixels."),
    ),
    (r"too many pixels", Refusal("The picture has more pixels than Kling takes.", "Choose a smaller one.")),
    (
        r"cannot be read as|length of the file cannot|body is empty",
        Refusal(
            "Kling cannot read the file.", "Open it on your computer. If it opens there, save it anew, and try that."
        ),
    ),
    (
        r"file is too large|must be at most \d+ bytes",
        Refusal("The file is larger than Kling takes.", "Choose a smaller one."),
    ),
    (
        r"content-type .* is not supported",
        Refusal("Kling does not take files of this kind.", "Choose a JPEG or PNG picture, or an MP4 or MOV video."),
    ),
    (
        r"audio may be up to",
        Refusal("The sound is longer than Kling takes.", "Choose a shorter one."),
    ),
    (
        r"motion-upload is deprecated",
        Refusal(
            "Kling's service no longer takes motions this way.",
            "Reload this page and upload the video again: it becomes a motion at once.",
        ),
    ),
    (
        r"account .*not found",
        Refusal(
            "Kling's service does not know the account that is chosen.",
            "Choose another account, or ask whoever runs the dashboard to add it at useapi.net.",
        ),
    ),
    (
        r"task .*not found|no works found|job .*not found",
        Refusal(
            "Kling no longer has this task.", "It was deleted, or it is too old. Nothing more can be done with it."
        ),
    ),
    (
        r"paid accounts only",
        Refusal("Kling does this for paid accounts only.", "Whoever pays for the Kling account can change its plan."),
    ),
    (
        r"subscription has (expired|run out)",
        Refusal("The subscription of the Kling account has run out.", "Whoever pays for it must renew it."),
    ),
    (
        r"no room left",
        Refusal("The disk of the practice API is full.", "Whoever runs the dashboard must make room."),
    ),
)
"""A piece of the service's words (in small letters), and the refusal it stands for; the first that fits counts."""
_BY_STATUS: Mapping[int, Refusal] = {
    412: Refusal(
        "The Kling account has not enough credits for this.", "Whoever pays for the Kling account must top it up."
    ),
    413: Refusal("The file is larger than Kling takes.", "Choose a smaller one."),
    422: Refusal("Kling's check of contents refused the description.", "Word the description differently."),
}
_BAD = Refusal(
    "Kling does not take this as it is, for a reason that this dashboard does not know.",
    f"Choose another picture or motion, or change an option. {STAYS}",
)


def explain_refusal(error: ApiError) -> Refusal | None:
    """What is known of this very refusal; None where its kind has to do."""
    words = f"{error.words} {error.message}".casefold()
    known = next((refusal for pattern, refusal in _KNOWN if re.search(pattern, words)), None)
    if known is not None:
        return known
    if error.status == 400:
        return _explain_parameter(words) or _BAD
    return _BY_STATUS.get(error.status)


def _explain_parameter(words: str) -> Refusal | None:
    found = _PARAMETER.search(words)
    if found is None:
        return None
    if found[1] not in FIELDS:
        return Refusal("Kling's service takes such a request in another form by now.", OUTDATED)
    name, what_to_do = FIELDS[found[1]]
    if "is not supported" in words:
        return Refusal(f"Kling's service has no use for the {name} any more.", OUTDATED)
    if "required" in words:
        return Refusal(f"Kling's service did not get the {name}.", what_to_do)
    return Refusal(f"Kling does not take the {name} as it is.", what_to_do)


_FAILURES: tuple[tuple[str, str], ...] = (
    (
        r"cm_ext|community guidelines|moderation|sensitive",
        "Kling's check of contents refused what it was made of, or what came of it. Another picture, motion or "
        "description may help.",
    ),
    (r"no person|pic_not_matched", "Kling found no person in the picture. Choose one in which one is clearly visible."),
    (r"generation failed|internal error|try again|service busy|timed? ?out",
     "Kling could not make it this time. The same may go well at another time."),
)  # fmt: skip
NO_REASON = "Kling gave no reason. Another picture or motion may help; nothing more can be done with this one."


def explain_failed(words: str) -> str:
    """Why Kling took something and could not make it; its own words only where they are not known here."""
    if not words:
        return NO_REASON
    known = next((sentence for pattern, sentence in _FAILURES if re.search(pattern, words.casefold())), None)
    return known or f"Kling could not make it. Another picture or motion may help. Its own words: “{plain(words)}”."
