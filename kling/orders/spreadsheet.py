"""A table of requests, a row each: read from CSV or Excel, and checked whole before anything is sent."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, NamedTuple, TypeVar

from kling.addresses import web_address
from kling.errors import InvalidInput
from kling.generations import CreateRequest, generation_of
from kling.media import child_process, tables
from kling.models import Motion
from kling.models.strict import PROMPT_LENGTH, whole_number

MOST = 200
"""Pictures that are given together, and videos made of them and motions."""
ROWS_MOST = 2000
"""Requests in a table."""
COLUMNS = {
    "picture": "picture",
    "motion": "motion",
    "description": "prompt",
    "seconds": "duration",
    "quality": "mode",
    "person": "person",
    "mirror": "mirror",
    "sound": "sound",
    "sound effects": "audio_prompt",
    "music": "music_prompt",
    "reference": "reply_ref",
}
"""Heading of a column -> option of a request. Only motion is required."""
QUALITIES = {"standard": "std", "std": "std", "professional": "pro", "pro": "pro"}
YES, NO = {"yes", "true", "1", "on", "x"}, {"no", "false", "0", "off"}
SECONDS = ("5", "10")
PEOPLE = 11
TEXTS = ("description", "sound effects", "music")
SHOWN = 60
"""Characters of a cell that a sentence repeats."""
Row = Mapping[str, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Planned:
    """A row that can be sent: the name of its picture, or the picture's address in the request already."""

    row: int
    motion: Motion
    picture: str
    request: CreateRequest


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell of a row, or with the file as a whole (row 0)."""

    row: int
    what: str
    field: str | None = None
    """What has to be corrected, by its name in the request."""


class Plan(NamedTuple):
    """What becomes of a table."""

    good: list[Planned]
    faults: list[Fault]
    """Every one, by row."""
    missing: dict[str, list[int]]
    """The pictures that are named and not given, with the rows that name them."""
    alike: list[list[int]]
    """Rows that ask for the very same."""
    ignored: list[str]
    """Columns that Kling's service of today has no use for."""


def read_rows(name: str, content: bytes) -> list[dict[str, str]]:
    """The rows under the headings, as text; `InvalidInput` when the file is no such table."""
    table: list[list[str]] = child_process.run(tables.cells, name, content, cpu_seconds=tables.CPU_SECONDS)
    if not table:
        raise InvalidInput("The file is empty.", "file")
    headings = [heading.casefold() for heading in table[0]]
    unknown = [heading for heading in headings if heading and heading not in COLUMNS]
    if unknown:
        raise InvalidInput(f"There is no column “{unknown[0]}”. There are: {', '.join(COLUMNS)}.", "file")
    if "motion" not in headings:
        raise InvalidInput("The first row must name the columns. “motion” is missing.", "file")
    if len(table) - 1 > ROWS_MOST:
        much = f"{len(table) - 1:,} rows, {ROWS_MOST:,} at most can be sent at once"
        raise InvalidInput(f"The table has {much}. Divide it.", "file")
    return [dict(zip(headings, [*row, *[""] * len(headings)], strict=False)) for row in table[1:]]


@dataclass
class Library:
    """The motions, found by id or by what people call them, and the pictures by their names."""

    motions: Sequence[Motion]
    pictures: Iterable[str] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    """The names that people know motions by, by the key of the motion."""

    def __post_init__(self) -> None:
        self._by_id = {motion.key: motion for motion in self.motions}
        ways: tuple[Callable[[Motion], str], ...] = (
            lambda motion: motion.key,
            lambda motion: self.shown.get(motion.key, ""),
            lambda motion: motion.name,
            lambda motion: motion.tag or "",
        )
        self._by_name: list[dict[str, list[Motion]]] = [_grouped(self.motions, way) for way in ways]
        self._pictures = {name: name for name in self.pictures}
        for name, found in _grouped(list(self._pictures), lambda name: PurePath(name).stem).items():
            if len(found) == 1:
                self._pictures.setdefault(name, found[0])
        self._pictures |= {name.casefold(): given for name, given in self._pictures.items()}

    def motion(self, wanted: str) -> Motion:
        """`InvalidInput` where there is none of that name, or more than one."""
        if wanted in self._by_id:
            return self._by_id[wanted]
        for named in self._by_name:
            found = named.get(wanted.casefold(), [])
            if len(found) > 1:
                ids = "Give its id, which stands with it on Motions"
                raise InvalidInput(f"{len(found)} motions are called “{wanted[:SHOWN]}”. {ids}.", "motion")
            if found:
                return found[0]
        names = [name for named in self._by_name[1:] for name in named]
        close = difflib.get_close_matches(wanted.casefold(), names, n=1) if len(wanted) < SHOWN else []
        meant = f" Did you mean “{self._said(close[0])}”?" if close else ""
        raise InvalidInput(f"“{wanted[:SHOWN]}” is none of the motions here.{meant}", "motion")

    def picture(self, wanted: str) -> str | None:
        """The name of the picture that is meant, with or without its ending; None where none is."""
        return self._pictures.get(wanted) or self._pictures.get(wanted.casefold())

    def _said(self, name: str) -> str:
        motion = next(named[name][0] for named in self._by_name[1:] if name in named)
        return self.shown.get(motion.key) or motion.name


def _grouped(things: Sequence[T], name_of: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = defaultdict(list)
    for thing in things:
        if name := name_of(thing).casefold():
            found[name].append(thing)
    return dict(found)


def plan(
    rows: Sequence[Row], library: Library, options: Mapping[str, Any], pending: str, for_all: str | None = None
) -> Plan:
    """Every row as a request, or everything that is wrong with it. `options` fill what a row leaves open.

    `pending` stands for the addresses of pictures that are given as files; `for_all` is the name or the address of the
    picture of rows that name none.
    """
    found = Plan([], [], {}, [], _ignored(rows, library))
    for number, row in enumerate(rows, 2):  # as a spreadsheet counts, below the headings
        if any(row.values()):
            _plan_row(found, number, row, library, options, pending, for_all)
    if not (found.good or found.faults or found.missing):
        found.faults.append(Fault(0, "The table has no rows."))
    groups: dict[Any, list[int]] = defaultdict(list)
    for each in found.good:
        groups[each.picture, each.motion.key, each.request.model_dump_json()].append(each.row)
    found.alike.extend(numbers for numbers in groups.values() if len(numbers) > 1)
    return found


def _ignored(rows: Sequence[Row], library: Library) -> list[str]:
    """What is filled in for another generation of the service than all of these motions are of."""
    known = {option for motion in library.motions for option in generation_of(motion).options}
    filled = {name for row in rows for name, value in row.items() if name and value}
    return [name for name in COLUMNS if name in filled - {"picture", "motion"} and COLUMNS[name] not in known | {""}]


def _plan_row(
    found: Plan, number: int, row: Row, library: Library, options: Mapping[str, Any], pending: str, for_all: str | None
) -> None:
    faults: list[Fault] = []

    def fault(column: str, what: str, name: str | None = None) -> None:
        faults.append(Fault(number, f"{column.capitalize()}: {what}", name or COLUMNS.get(column)))

    motion = None
    try:
        motion = library.motion(row["motion"]) if row["motion"] else None
        if motion is None:
            fault("motion", "it is missing.")
    except InvalidInput as error:
        fault("motion", str(error))
    wanted = row.get("picture") or for_all or ""
    address = web_address(wanted)
    picture = wanted if address is not None else library.picture(wanted)
    if not wanted:
        fault("picture", "it is missing.")
    given = {}
    for name, value in row.items():
        if name and value and name not in ("picture", "motion"):
            try:
                given[COLUMNS[name]] = _READ.get(name, _text)(name, value)
            except InvalidInput as error:
                fault(name, str(error))
    request = None
    stand_in = motion or next(iter(library.motions), None)
    if stand_in is not None:
        try:
            request = generation_of(stand_in).request(stand_in, address or pending, {**options, **given})
        except InvalidInput as error:
            if motion is not None or error.field != "motion_direction":
                fault(_column_of(error.field), str(error), error.field)
    found.faults.extend(faults)
    if wanted and picture is None:
        found.missing.setdefault(wanted, []).append(number)
    elif not faults and motion is not None and request is not None and picture:
        found.good.append(Planned(number, motion, picture, request))


def _column_of(name: str | None) -> str:
    return next((column for column, option in COLUMNS.items() if option == name), "motion")


def _text(name: str, value: str) -> str:
    if name in TEXTS and len(value) > PROMPT_LENGTH:
        raise InvalidInput(f"it has {len(value):,} characters, {PROMPT_LENGTH:,} at most can be sent.", name)
    return value


def _seconds(name: str, value: str) -> str:
    return _one_of(name, value, dict(zip(SECONDS, SECONDS, strict=True)), "5 or 10")


def _quality(name: str, value: str) -> str:
    return _one_of(name, value, QUALITIES, "standard or professional")


def _flag(name: str, value: str) -> bool:
    return _one_of(name, value, {word: word in YES for word in YES | NO}, "yes or no")


def _one_of(name: str, value: str, known: Mapping[str, T], named: str) -> T:
    if value.casefold() not in known:
        raise InvalidInput(f"{value[:SHOWN]} is not {named}.", name)
    return known[value.casefold()]


def _person(name: str, value: str) -> int:
    try:
        person = whole_number(value)
    except ValueError:
        person = 0
    if not 1 <= person <= PEOPLE:
        raise InvalidInput(f"{value[:SHOWN]} is not a number from 1 to {PEOPLE}.", name)
    return person


_READ: dict[str, Callable[[str, str], Any]] = {
    "seconds": _seconds,
    "quality": _quality,
    "person": _person,
    "mirror": _flag,
    "sound": _flag,
}
