"""The parameters of every endpoint as tables, and how each is read (seeds, kling-api.md).

Strict as documented: an unknown parameter, a wrong type or a value out of range is refused with 400.
JSON carries types; a form or a query carries text, in which ``true``, ``false`` and digits are read.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from kling.sandbox.errors import bad_parameter

Read = Callable[[str, object, bool], Any]
"""(name, value, whether it came as text) -> the value as the state wants it."""

INT64 = 2**63 - 1
UPLOADS_AT_A_TIME = 10


@dataclass(frozen=True)
class Field:
    name: str
    read: Read
    required: bool = False
    default: Any = None


def text(limit: int | None = None) -> Read:
    def read(name: str, value: object, _: bool) -> str:
        if not isinstance(value, str):
            raise bad_parameter(name, "must be a string")
        if limit is not None and len(value) > limit:
            raise bad_parameter(name, f"must be at most {limit} characters")
        return value

    return read


def whole(low: int = -INT64, high: int = INT64, words: str = "") -> Read:
    def read(name: str, value: object, as_text: bool) -> int:
        if as_text and isinstance(value, str) and re.fullmatch(r"-?\d{1,19}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_parameter(name, "must be an integer")
        if not low <= value <= high:
            raise bad_parameter(name, words or f"must be from {low} to {high}")
        return value

    return read


def flag(name: str, value: object, as_text: bool) -> bool:
    if as_text and value in ("true", "false"):
        return value == "true"
    if not isinstance(value, bool):
        raise bad_parameter(name, "must be true or false")
    return value


def one_of(*allowed: str) -> Read:
    def read(name: str, value: object, _: bool) -> str:
        if value not in allowed:
            raise bad_parameter(name, f"must be {' or '.join(allowed)}")
        return str(value)

    return read


def video_seconds(name: str, value: object, _: bool) -> int:
    if type(value) not in (str, int) or str(value) not in ("5", "10"):
        raise bad_parameter(name, "must be 5 or 10")
    return int(str(value))


def web_link(name: str, value: object, _: bool) -> str:
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_parameter(name, "must be an http or https URL")
    return str(value)


def id_list(limit: int) -> Read:
    def read(name: str, value: object, _: bool) -> list[int]:
        parts = str(value).split(",")
        if not all(re.fullmatch(r"-?\d{1,19}", part.strip()) for part in parts):
            raise bad_parameter(name, "must be integers separated by commas")
        if len(parts) > limit:
            raise bad_parameter(name, f"must be at most {limit} ids")
        return [int(part) for part in parts]

    return read


def upload_ids(name: str, value: object, _: bool) -> list[str]:
    """Ids of uploads; that of a motion is none, even where an upload is the motion."""
    parts = [part.strip() for part in str(value).split(",")]
    if len(parts) > UPLOADS_AT_A_TIME or not all(re.fullmatch(r"\d{1,20}", part) for part in parts):
        least = f"a numeric string or a comma-separated list of up to {UPLOADS_AT_A_TIME} numeric strings"
        raise bad_parameter(name, f"({str(value)[:100]}) must be {least}")
    return parts


def file_types(name: str, value: object, _: bool) -> list[str]:
    parts = str(value).split(",")
    if not all(part in ("MP4", "MP3", "WAV", "PNG") for part in parts):
        raise bad_parameter(name, "must be MP4, MP3, WAV or PNG")
    return parts


EMAIL = Field("email", text())
PAGE = Field("pageNum", whole(1, words="must be at least 1"), default=1)
JOB = (
    Field("maxJobs", whole(1, 50)),
    Field("replyUrl", web_link),
    Field("replyRef", text()),
)
PROMPT_LIMIT = 2500

NONE: Sequence[Field] = ()
ACCOUNT_ONLY = (EMAIL,)
UPLOADS = (
    EMAIL,
    PAGE,
    Field("pageSize", whole(1, 100), default=20),
    Field("contentType", one_of("image", "video", "audio")),
    Field("fileName", text()),
    Field("sort", one_of("asc", "desc"), default="desc"),
)
DELETE_UPLOADS = (Field("email", text(), required=True), Field("id", upload_ids, required=True))
DOWNLOAD = (
    EMAIL,
    Field("workIds", id_list(100), required=True),
    Field("fileTypes", file_types, default=()),
)
MOTIONS = (EMAIL, Field("mine", flag, default=False), PAGE, Field("pageSize", whole(1, 100), default=40))
ELEMENTS = (
    EMAIL,
    PAGE,
    Field("pageSize", whole(1, 100), default=50),
    Field("tag", text()),
    Field("official", flag, default=False),
    Field("favored", flag, default=False),
    Field("sortDirection", one_of("ASC", "DESC"), default="DESC"),
)
TASKS = (
    EMAIL,
    Field("contentType", one_of("video", "image", "audio")),
    Field("pageSize", whole(1, 100), default=50),
    Field("createdBefore", whole(0)),
    Field("createdAfter", whole(0)),
)
MOTION_UPLOAD = (
    EMAIL,
    Field("resourceUrl", text(), required=True),
    Field("coverUrl", text(), required=True),
    *JOB,
)
MOTION_CREATE = (
    EMAIL,
    Field("workId", whole(), required=True),
    Field("image", text(), required=True),
    Field("prompt", text(PROMPT_LIMIT), default=""),
    Field("duration", video_seconds, default=5),
    Field("mode", one_of("std", "pro"), default="std"),
    Field("character_id", whole(0, 10), default=0),
    Field("change_direction", flag, default=False),
    Field("sound_effect", flag, default=True),
    Field("audio_prompt", text(PROMPT_LIMIT)),
    Field("music_prompt", text(PROMPT_LIMIT)),
    Field("enable_asmr", flag),
    *JOB,
)
REFERENCE_CREATE = (
    EMAIL,
    Field("imageUrl", text(), required=True),
    Field("motionUrl", text(), required=True),
    Field("model_name", one_of("kling-v3-0", "kling-v2-6"), default="kling-v3-0"),
    Field("prompt", text(PROMPT_LIMIT), default=""),
    Field("keepAudio", flag, default=False),
    Field("motionDirection", one_of("motion_direction", "image_direction"), default="motion_direction"),
    Field("mode", one_of("std", "pro"), default="std"),
    Field("element_1", text()),
    Field("replyUrl", web_link),
    Field("replyRef", text()),
)
"""motion-create of the second generation; there the documentation lists no maxJobs."""
SOUND_ONLY = ("audio_prompt", "music_prompt", "enable_asmr")


def check(fields: Sequence[Field], given: Mapping[str, object], as_text: bool) -> dict[str, Any]:
    """Every field's value, read or by default; raises an ApiError 400 for what the endpoint does not take."""
    known = {field.name for field in fields}
    for name in given:
        if name not in known:
            raise bad_parameter(name[:100], "is not supported")
    for field in fields:
        if field.required and given.get(field.name) in (None, ""):
            raise bad_parameter(field.name, "is required")
    return {
        field.name: field.read(field.name, given[field.name], as_text) if field.name in given else field.default
        for field in fields
    }


def check_sound(given: Mapping[str, object], values: Mapping[str, Any]) -> None:
    """With sound_effect=false the parameters about sound "cannot be used": present is already wrong."""
    for name in SOUND_ONLY:
        if not values["sound_effect"] and name in given:
            raise bad_parameter(name, "cannot be used when sound_effect is false")


def check_element(values: Mapping[str, Any]) -> None:
    if values["element_1"] is not None and values["model_name"] != "kling-v3-0":
        raise bad_parameter("element_1", f"cannot be used with model_name {values['model_name']}")


def check_times(values: Mapping[str, Any]) -> None:
    if values["createdBefore"] is not None and values["createdAfter"] is not None:
        raise bad_parameter("createdBefore", "cannot be used together with createdAfter")
