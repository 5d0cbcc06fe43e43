"""The two generations of motion control that the same paths have served, and the one place that tells them apart.

A motion says itself which one it is of: a template has a `workId`, a reference video a link of its own. What follows
from that (which options there are, what the request looks like, how a motion is added, which clips are taken) stands
in the two `Generation`s here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kling.errors import InvalidInput
from kling.media.limits import LIMITS, Limits, Purpose
from kling.models import Motion, MotionCreateRequest, MotionUploadRequest, ReferenceMotionRequest, Task, Upload

CreateRequest = MotionCreateRequest | ReferenceMotionRequest
FACING_AS_IN_PICTURE = 10_000
"""How long a motion may be, in ms, where the person faces as in the picture: Kling's own rule."""


@dataclass(frozen=True)
class Generation:
    """What a generation has. `options` are the names of Create's options that it knows."""

    options: frozenset[str]
    request: Callable[[Motion, str, Mapping[str, Any]], CreateRequest]
    purpose: Purpose
    """What a clip is for that becomes a motion."""
    is_extracted: bool
    """Whether adding a motion is a task of its own; otherwise the uploaded clip is the motion."""

    @property
    def clip(self) -> Limits:
        """What such a clip must be."""
        return LIMITS[self.purpose]


def _template_request(motion: Motion, picture_url: str, options: Mapping[str, Any]) -> MotionCreateRequest:
    fields: dict[str, Any] = {"work_id": motion.work_id, "image": picture_url}
    fields |= {"duration": options["duration"], "mode": options["mode"], "sound_effect": options["sound"]}
    if options["person"] > 1:
        fields["character_id"] = options["person"] - 1
    if options["mirror"]:
        fields["change_direction"] = True
    if options["sound"]:
        fields |= _given(options, "audio_prompt", "music_prompt")
        fields |= {"enable_asmr": True} if options["asmr"] else {}
    return MotionCreateRequest(**fields, **_given(options, "prompt", "max_jobs", "reply_url", "reply_ref", "email"))


def _reference_request(motion: Motion, picture_url: str, options: Mapping[str, Any]) -> ReferenceMotionRequest:
    if is_too_long(motion, options["direction"]):
        seconds, longest = round((motion.duration or 0) / 1000, 2), FACING_AS_IN_PICTURE // 1000
        raise InvalidInput(
            f"The motion is {seconds:g} seconds long. Where the person faces as in the picture, Kling takes motions of "
            f"{longest} seconds at most.",
            "motion_direction",
        )
    fields: dict[str, Any] = {"motion_url": motion.video_url, "image_url": picture_url}
    fields |= {"model_name": options["model"], "mode": options["mode"], "motion_direction": options["direction"]}
    if options["keep_audio"]:
        fields["keep_audio"] = True
    if options["model"] == "kling-v3-0":
        fields |= {"element_1": options["element"]} if options["element"].strip() else {}
    return ReferenceMotionRequest(**fields, **_given(options, "prompt", "reply_url", "reply_ref", "email"))


def is_too_long(motion: Motion, direction: str) -> bool:
    """Whether Kling refuses the motion where the person faces so; a length that nobody knows is Kling's to judge."""
    is_as_in_picture = motion.is_reference and direction == "image_direction"
    return is_as_in_picture and (motion.duration or 0) > FACING_AS_IN_PICTURE


def extraction(video_url: str, cover_url: str, options: Mapping[str, Any]) -> MotionUploadRequest:
    """What takes a motion from a clip where that is a task of its own."""
    given = _given(options, "max_jobs", "reply_url", "reply_ref")
    return MotionUploadRequest(resource_url=video_url, cover_url=cover_url, **given)


def _given(options: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The options that were filled in; what was not given is not sent."""
    values = {name: options[name].strip() if isinstance(options[name], str) else options[name] for name in names}
    return {name: value for name, value in values.items() if value}


_COMMON = {"mode", "prompt", "reply_url", "reply_ref"}
TEMPLATES = Generation(
    frozenset({*_COMMON, "duration", "person", "mirror", "sound", "audio_prompt", "music_prompt", "asmr", "max_jobs"}),
    _template_request,
    "template motion",
    is_extracted=True,
)
REFERENCES = Generation(
    frozenset({*_COMMON, "model", "keep_audio", "direction", "element"}),
    _reference_request,
    "reference motion",
    is_extracted=False,
)
TODAY = REFERENCES
"""What the service is of where nothing tells otherwise."""


def generation_of(motion: Motion) -> Generation:
    """The generation that a motion belongs to."""
    return REFERENCES if motion.is_reference else TEMPLATES


def generation_of_motions(motions: Iterable[Motion]) -> Generation | None:
    """The generation that a service with these motions is of; None when none of them tells."""
    telling = (generation_of(motion) for motion in motions if motion.work_id is not None or motion.is_reference)
    return next(telling, None)


def generation_of_videos(videos: Iterable[Upload]) -> Generation | None:
    """The same by the videos uploaded: some are so short or so long that one generation only makes motions of them.

    A short one may have been for something else, so a long one outweighs it.
    """
    lengths = [video.duration / 1000 for video in videos if video.duration]
    takers = [[each for each in (REFERENCES, TEMPLATES) if _takes(each.clip, seconds)] for seconds in lengths]
    only = [each[0] for each in takers if len(each) == 1]
    return REFERENCES if REFERENCES in only else next(iter(only), None)


def _takes(limits: Limits, seconds: float) -> bool:
    return limits.shortest <= seconds <= limits.longest


def picture_field(body: Mapping[str, Any]) -> str:
    """The name under which a body carries the picture."""
    return "image" if "workId" in body else "imageUrl"


def motion_of(task: Task, known: Iterable[Motion]) -> Motion | None:
    """The motion that a video was made with: as the library has it, else as far as the task tells."""
    if not task.motion_source:
        return None
    found = next((motion for motion in known if motion.source == task.motion_source), None)
    if found is not None:
        return found
    if task.motion_work_id is None:
        return Motion.read({"assetType": "MOTION", "url": task.motion_url, "coverUrl": task.motion_cover_url})
    resource, cover = {"resource": task.motion_url}, {"resource": task.motion_cover_url}
    return Motion.read({"workId": task.motion_work_id, "resource": resource, "cover": cover})


def is_of_other_generation(words: str, body: Mapping[str, Any]) -> bool:
    """Whether a refusal of `body`, in the service's words, tells that the service is of the other generation."""
    ours, theirs = (_TEMPLATE_WORDS, _REFERENCE_WORDS) if "workId" in body else (_REFERENCE_WORDS, _TEMPLATE_WORDS)
    refuses_ours = "not supported" in words and any(name in words for name in ours)
    return refuses_ours or any(name in words for name in theirs)


_TEMPLATE_WORDS = ("workId", "character_id", "change_direction", "sound_effect", "Parameter image ")
_REFERENCE_WORDS = ("imageUrl", "motionUrl", "model_name", "keepAudio", "motionDirection")
