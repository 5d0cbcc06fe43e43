"""The wire without the network: what a parameter may be, a file in pieces, and bytes into JSON."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO
from urllib.parse import quote

from kling import addresses
from kling.errors import InvalidInput, NotConfigured
from kling.models.strict import whole_number

PIECE = 1048576
CONTENT_TYPES = (
    *("image/png", "image/jpeg", "video/mp4", "video/quicktime"),
    *("audio/wav", "audio/wave", "audio/mpeg", "audio/mp4", "audio/flac", "audio/aac", "audio/ogg"),
)
TASK_KINDS = ("video", "image", "audio")
FILE_TYPES = ("MP4", "MP3", "WAV", "PNG")
UPLOADS_AT_A_TIME = 10
SHORTEST_SECRET = 8


class Pieces:
    """A file to send: its length, and its bytes in pieces of `PIECE` at most, from its start.

    `on_progress(sent, total)` is told in bytes, after each piece has left.
    """

    def __init__(self, file: BinaryIO, on_progress: Callable[[int, int], None] | None) -> None:
        self._file = file
        self._on_progress = on_progress
        self._total = file.seek(0, 2)
        if self._total == 0:
            raise InvalidInput("The file is empty.", "file")

    def __len__(self) -> int:
        return self._total

    def __iter__(self) -> Iterator[bytes | memoryview]:
        self._file.seek(0)
        sent, buffer = 0, memoryview(bytearray(min(PIECE, self._total)))
        while sent < self._total:
            piece = self._read(buffer[: self._total - sent])
            if not piece:
                raise InvalidInput("The file became shorter while it was sent.", "file")
            yield piece
            sent += len(piece)
            if self._on_progress:
                self._on_progress(sent, self._total)

    def _read(self, buffer: memoryview) -> bytes | memoryview:
        """Into the same memory again where the file can: new memory for each piece costs a tenth of the speed."""
        readinto = getattr(self._file, "readinto", None)
        return buffer[: readinto(buffer)] if readinto else self._file.read(len(buffer))


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


def maybe(field: str, value: Any, at_least: int | None = None) -> int | None:
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


def segment(field: str, value: Any) -> str:
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


def items(body: Any, key: str | None = None) -> list[Any] | None:
    """The list in an answer; None if there is none. A null is an empty one."""
    if key is not None:
        body = body.get(key, ...) if isinstance(body, dict) else ...
        body = [] if body is None else body
    return body if isinstance(body, list) else None


def holding(body: Any, *keys: str) -> dict[str, Any] | None:
    """The object that an answer is, if it has one of the keys."""
    return body if isinstance(body, dict) and any(body.get(key) is not None for key in keys) else None


def parse(content: bytes) -> Any:
    """The JSON in an answer; `ValueError` if there is none. NaN is null, half a character a question mark."""
    try:
        text = content.decode("utf-8-sig", errors="replace")
        value = json.loads(text, parse_constant=lambda _: None)
        if "\\ud" in text or "\\uD" in text:
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def without_secret(value: Any, secret: str) -> Any:
    """A JSON value with every trace of the secret replaced, however it was escaped."""
    text = json.dumps(value)
    for form in (secret, quote(secret, safe=""), secret.partition(":")[2]):
        if len(form) >= SHORTEST_SECRET:
            text = text.replace(json.dumps(form)[1:-1], "***")
    return json.loads(text)


def _label(field: str) -> str:
    return field.replace("_", " ").capitalize()
