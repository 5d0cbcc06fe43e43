"""What a parameter of the API may be; `InvalidInput` for what may not."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

from kling import addresses
from kling.errors import InvalidInput, NotConfigured
from kling.models.strict import whole_number

CONTENT_TYPES = (
    *("image/png", "image/jpeg", "video/mp4", "video/quicktime"),
    *("audio/wav", "audio/wave", "audio/mpeg", "audio/mp4", "audio/flac", "audio/aac", "audio/ogg"),
)
TASK_KINDS = ("video", "image", "audio")
FILE_TYPES = ("MP4", "MP3", "WAV", "PNG")
UPLOADS_PER_CALL = 10


def usable_token(token: str | None) -> str:
    """The token as it goes into a header; `NotConfigured` for what cannot."""
    token = (token or "").strip()
    if not token:
        raise NotConfigured("There is no useapi.net token yet.")
    if not re.fullmatch(r"[!-~]+", token):
        raise NotConfigured("The token has a space or another character in it that no token has.")
    return token


def whole(field: str, value: Any, at_least: int | None = None, at_most: int | None = None) -> int:
    """A number, or an id that a table kept as text."""
    try:
        number = whole_number(value)
    except ValueError as error:
        raise InvalidInput(f"{_label(field)} {error}.", field) from None
    if at_least is not None and number < at_least:
        raise InvalidInput(f"{_label(field)} must be at least {at_least}.", field)
    if at_most is not None and number > at_most:
        raise InvalidInput(f"{_label(field)} must be at most {at_most}.", field)
    return number


def optional_whole(field: str, value: Any, at_least: int | None = None) -> int | None:
    """A number that need not be given."""
    return None if value is None else whole(field, value, at_least)


def one_of(field: str, value: Any, choices: Sequence[str]) -> str:
    """One of the documented words."""
    if value not in choices:
        raise InvalidInput(f"{_label(field)} must be one of {', '.join(choices)}.", field)
    return str(value)


def ids(field: str, values: Iterable[Any] | Any) -> str:
    """Ids of tasks and works, comma-separated; a single one is a list of one."""
    listed = [values] if isinstance(values, (str, int)) else list(values)
    if not listed:
        raise InvalidInput(f"{_label(field)} must be at least one.", field)
    return ",".join(str(whole(field, value)) for value in listed)


def file_ids(field: str, values: Iterable[Any] | Any, at_most: int) -> str:
    """Ids of files, comma-separated: numbers and texts as they came, none of which may name two."""
    listed = [values] if isinstance(values, (str, int)) else list(values)
    if not 1 <= len(listed) <= at_most:
        raise InvalidInput(f"{_label(field)} must be at least one, {at_most} at most.", field)
    return ",".join(_file_id(field, value) for value in listed)


def _file_id(field: str, value: Any) -> str:
    if not isinstance(value, str):
        return str(whole(field, value))
    if not value.strip() or "," in value:
        raise InvalidInput(f"{_label(field)} must be ids without commas.", field)
    return value


def words(field: str, values: Iterable[str], choices: Sequence[str]) -> str:
    """Documented words, comma-separated; a single one is a list of one."""
    listed = [values] if isinstance(values, str) else list(values)
    if not listed:
        raise InvalidInput(f"{_label(field)} must be at least one.", field)
    return ",".join(one_of(field, value, choices) for value in listed)


def path_segment(field: str, value: Any) -> str:
    """One step of a path, whatever is in it."""
    text = str(value).strip()
    if text in ("", ".", ".."):
        raise InvalidInput(f"{_label(field)} is missing.", field)
    return quote(text, safe="@")


def web_address(field: str, value: str) -> str:
    """Without the slash at its end."""
    address = addresses.web_address(value)
    if address is None:
        raise InvalidInput(f"{_label(field)} must start with http:// or https://.", field)
    return address.rstrip("/")


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()
