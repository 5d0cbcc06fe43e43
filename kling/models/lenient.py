"""How an answer is read: every field may be missing, null or of another kind than documented.

What cannot be read becomes None (or an empty list), the rest of the object stays. Nothing here raises.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Annotated, Any, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, PrivateAttr, ValidationError
from pydantic.alias_generators import to_camel

from kling.addresses import web_address

_EXACT = 2**53
_LATEST = 2**42
_GONE = object()
_Item = TypeVar("_Item")


def _whole(value: Any) -> Any:
    """A bool is not a number, and a float this large has lost digits already."""
    if isinstance(value, bool) or (isinstance(value, float) and abs(value) > _EXACT):
        raise ValueError("not a whole number")
    return value


def _rounded(value: Any) -> Any:
    return round(value) if isinstance(value, float) and abs(value) < _EXACT else _whole(value)


def _moment(value: Any) -> Any:
    value = _rounded(value)
    if isinstance(value, int) and not 0 <= value < _LATEST:
        raise ValueError("not a time")
    return value


def _id(value: Any) -> Any:
    """As it came, but for a whole number that JSON wrote with a point; an empty text names nothing."""
    if isinstance(value, float) and value.is_integer():
        value = int(_whole(value))
    is_blank = isinstance(value, str) and not value.strip()
    if is_blank or isinstance(value, bool) or not isinstance(value, int | str | None):
        raise ValueError("no id")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("not a number")
    return value


def _list(value: Any) -> Any:
    return [] if value is None else value


def _dict(value: Any) -> Any:
    return {} if value is None else value


Id = Annotated[int | None, BeforeValidator(_whole)]
Moment = Annotated[int | None, BeforeValidator(_moment)]
"""Milliseconds that a calendar can show: since the epoch, until the year 2109, or from one moment to another."""
FileId = Annotated[int | str | None, BeforeValidator(_id)]
"""Files, uploads and reference motions have numbers or texts as ids; each stays what it came as."""
Measure = Annotated[int | None, BeforeValidator(_rounded)]
Number = Annotated[float | None, BeforeValidator(_number)]
Text = str | None
Link = Annotated[str | None, BeforeValidator(web_address)]
"""An address to open: whatever is no web address is none."""
Flag = bool | None
Mapped = Annotated[dict[str, Any], BeforeValidator(_dict)]
ListOf = Annotated[list[_Item], BeforeValidator(_list)]


class Part(BaseModel):
    """An object inside an answer. Fields the API adds one day are kept under their own names."""

    model_config = ConfigDict(
        extra="allow",
        frozen=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
        allow_inf_nan=False,
    )


class Resource(Part):
    """A file at Kling: a video, a picture or a sound. The link in `resource` expires."""

    resource: Link = None
    height: Measure = None
    width: Measure = None
    duration: Measure = None


class Answer(Part):
    """Something the API said, with what came beside what was understood."""

    # Not in `Part`: reading the hundred tasks of a page would take twice as long.
    _raw: Any = PrivateAttr(None)

    @classmethod
    def read(cls, value: Any) -> Self:
        """The object in `value`; an empty one when it is no object at all."""
        answer = cls._repaired(value)
        answer._raw = value
        return answer

    @classmethod
    def _repaired(cls, value: Any) -> Self:
        """Tries it as it came; if that fails, without the parts that pydantic points at."""
        for _ in range(9):  # removing a part uncovers another problem at most once a level
            try:
                return cls.model_validate(value)
            except ValidationError as error:
                value = _without(value, [problem["loc"] for problem in error.errors(include_url=False)])
        return cls()

    @property
    def raw(self) -> Any:
        """What came, untouched."""
        return self._raw

    def to_json(self) -> str:
        """What came, as text to show or to keep."""
        try:
            return json.dumps(self._raw, indent=2)
        except RecursionError:
            return json.dumps("nested too deeply to show")


def without_signature(url: str) -> str:
    """A link without what is signed anew each time; whole where its path does not name a file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    names_a_file = "." in parts.path.rpartition("/")[2]
    return parts._replace(query="", fragment="").geturl() if names_a_file else url


def _without(value: Any, paths: Iterable[tuple[int | str, ...]]) -> Any:
    """A copy, along the paths only, that leaves out what they lead to."""
    below = defaultdict(list)
    for path in paths:
        below[path[:1]].append(path[1:])
    if () in below or not isinstance(value, (dict, list)):
        return _GONE
    keys = value if isinstance(value, dict) else range(len(value))
    parts = {key: _without(value[key], below[key,]) if (key,) in below else value[key] for key in keys}
    left = {key: part for key, part in parts.items() if part is not _GONE}
    return left if isinstance(value, dict) else list(left.values())
