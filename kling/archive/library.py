"""The results that are kept, as somebody looks for them: filtered, searched, a page at a time.

A page begins at a place (`Place`), not after so many rows: the first one and the thousandth cost the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from kling.archive.records import COLUMNS, Result, name_key, result_from_row, star_key
from kling.store import ReadCache, Store
from kling.store.tables import favourites, motion_names, result_tags
from kling.store.tables import results as table

PAGE = 60
MOST_COUNTED = 1000
NO_PROJECT = "none"
"""Asks for results that belong to no project."""
SEARCHED = (table.c.prompt, table.c.motion_name, table.c.title)


@dataclass(frozen=True)
class Filter:
    """Which results somebody wants to see. Empty means all; times in seconds since the epoch."""

    words: str = ""
    project: str = ""
    """The id of a project, or `NO_PROJECT`."""
    person: str | None = None
    tag: str = ""
    motion: str = ""
    picture: str = ""
    starred_by: str | None = None
    since: float | None = None
    before: float | None = None
    is_binned: bool = False


class Place(NamedTuple):
    """Where a page begins: just beyond the result that ended then."""

    finished_at: float
    task_id: str


@dataclass(frozen=True)
class Page:
    """Results, newest first, and whether there are others on either side."""

    results: tuple[Result, ...] = ()
    has_newer: bool = False
    has_older: bool = False


class Library:
    """The results of one service; those of the practice API never meet those of Kling. Thread-safe.

    Raises SQLAlchemy's errors where the database does not answer.
    """

    def __init__(self, store: Store, service: str) -> None:
        self._store = store
        self._service = service
        self._cache = ReadCache(store.version)

    def page(self, wanted: Filter, older: Place | None = None, newer: Place | None = None, size: int = PAGE) -> Page:
        """The newest, or those right after the place `older`, or right before the place `newer`."""
        time, task_id = table.c.finished_at, table.c.task_id
        key = sa.tuple_(time, task_id)
        chosen = sa.select(*(table.c[name] for name in COLUMNS)).where(*self._tests(wanted)).limit(size + 1)
        if newer is not None:
            chosen = chosen.where(key > newer).order_by(time, task_id)
        else:
            chosen = chosen.order_by(time.desc(), task_id.desc())
        if older is not None:
            chosen = chosen.where(key < older)
        found = [result_from_row(row) for row in self._rows(chosen)]
        has_more, shown = len(found) > size, found[:size]
        if newer is not None:
            return Page(tuple(reversed(shown)), has_more, has_older=True)
        return Page(tuple(shown), older is not None, has_more)

    def count(self, wanted: Filter) -> int:
        """How many there are, up to `MOST_COUNTED` and one more."""
        some = sa.select(table.c.task_id).where(*self._tests(wanted)).limit(MOST_COUNTED + 1).subquery()
        found: int = self._cached(("count", wanted), sa.select(sa.func.count()).select_from(some))[0][0]
        return found

    def neighbours(self, result: Result, wanted: Filter) -> tuple[str | None, str | None]:
        """The ids of the results right before and after this one: the next newer and the next older."""
        place = Place(result.finished_at, result.task_id)
        newer, older = self.page(wanted, newer=place, size=1), self.page(wanted, older=place, size=1)
        return _first_id(newer), _first_id(older)

    def people(self) -> list[str]:
        """Everybody who has a result; an empty text for what was made elsewhere."""
        return [row[0] for row in self._cached("people", self._distinct(table.c.person))]

    def motions(self) -> dict[str, str]:
        """The motions used, by `Task.motion_source`, with the names that they last had."""
        named = sa.select(table.c.motion, sa.func.max(table.c.motion_name).label("name")).where(
            self._is_here(), table.c.motion != ""
        )
        rows = self._cached("motions", named.group_by(table.c.motion).order_by(sa.text("name")))
        return {row[0]: row[1] for row in rows}

    def tags(self) -> list[str]:
        """Every tag in use."""
        chosen = sa.select(result_tags.c.tag).where(result_tags.c.service == self._service).distinct()
        return [row[0] for row in self._cached("tags", chosen.order_by(result_tags.c.tag))]

    def tags_of(self, task_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The tags of some results."""
        chosen = sa.select(result_tags.c.task_id, result_tags.c.tag).where(
            result_tags.c.service == self._service, result_tags.c.task_id.in_(task_ids)
        )
        found: dict[str, tuple[str, ...]] = {}
        for row in self._rows(chosen.order_by(result_tags.c.tag)):
            found[row["task_id"]] = (*found.get(row["task_id"], ()), row["tag"])
        return found

    def changed(self) -> None:
        """To be called after a change: what this process has read before is read anew."""
        self._cache.clear()

    def _tests(self, wanted: Filter) -> list[sa.ColumnElement[bool]]:
        """Only what is asked for costs anything."""
        binned = table.c.binned_at
        tests = [self._is_here(), binned.is_not(None) if wanted.is_binned else binned.is_(None)]
        tests += [self._says(word) for word in wanted.words.split()]
        for column, value in ((table.c.motion, wanted.motion), (table.c.picture, wanted.picture)):
            tests += [column == value] if value else []
        if wanted.project:
            project = table.c.project
            tests.append(project.is_(None) if wanted.project == NO_PROJECT else project == wanted.project)
        tests += [table.c.person == wanted.person] if wanted.person is not None else []
        tests += [self._has_tag(result_tags.c.tag == wanted.tag)] if wanted.tag else []
        tests += [self._is_starred(wanted.starred_by)] if wanted.starred_by is not None else []
        tests += [table.c.finished_at >= wanted.since] if wanted.since is not None else []
        tests += [table.c.finished_at < wanted.before] if wanted.before is not None else []
        return tests

    def _is_here(self) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.service == self._service, table.c.state != "deleted")

    def _says(self, word: str) -> sa.ColumnElement[bool]:
        """Whether it stands in the description, in a name, a title or in a tag."""
        # SQLite tells capitals from small letters in all but plain Latin ones.
        ways = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
        tag = sa.or_(*(result_tags.c.tag.icontains(way, autoescape=True) for way in ways))
        names = (column.icontains(way, autoescape=True) for column in SEARCHED for way in ways)
        title = sa.or_(*(motion_names.c.name.icontains(way, autoescape=True) for way in ways))
        return sa.or_(*names, table.c.task_id == word, self._has_tag(tag), self._is_called(title))

    def _is_called(self, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """By the title that somebody gave it, or the name they gave its motion."""
        keys = sa.select(motion_names.c.key).where(motion_names.c.service == self._service, which)
        return sa.or_((name_key("") + table.c.task_id).in_(keys), table.c.motion.in_(keys))

    def _has_tag(self, which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        theirs = (result_tags.c.service == self._service, which)
        return table.c.task_id.in_(sa.select(result_tags.c.task_id).where(*theirs))

    def _is_starred(self, person: str) -> sa.ColumnElement[bool]:
        theirs = (favourites.c.service == self._service, favourites.c.person == person)
        return (star_key("") + table.c.task_id).in_(sa.select(favourites.c.key).where(*theirs))

    def _distinct(self, column: sa.ColumnElement[Any]) -> sa.Select[Any]:
        return sa.select(column).where(self._is_here()).distinct().order_by(column)

    def _cached(self, name: Hashable, chosen: sa.Select[Any]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = self._cache.get(
            name, lambda: [tuple(row.values()) for row in self._rows(chosen)]
        )
        return found

    def _rows(self, chosen: sa.Select[Any]) -> list[Mapping[str, Any]]:
        self._store.open()
        with self._store.engine.connect() as connection:
            return [dict(row) for row in connection.execute(chosen).mappings()]


def _first_id(page: Page) -> str | None:
    return page.results[0].task_id if page.results else None
