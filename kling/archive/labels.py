"""What people put on results: projects, tags and stars, on several at once."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.archive.records import star_key
from kling.errors import InvalidInput
from kling.store import ReadCache, Store
from kling.store.names import NOT_KEPT
from kling.store.tables import favourites, orders, projects, result_tags
from kling.store.tables import results as table

LONGEST_TAG = 40
LONGEST_PROJECT = 60
NO_PROJECT_NOW = "This project is not there any more. Choose another one."


class Labels:
    """Thread-safe; what this process changes shows at once, what another one did within a second.

    `InvalidInput` with a sentence where something cannot be kept.
    """

    def __init__(self, store: Store, service: str) -> None:
        self._store = store
        self._service = service
        self._cache = ReadCache(store.version)

    def projects(self) -> dict[str, str]:
        """The names of projects by their ids, in the order of their names."""
        found: dict[str, str] = self._cache.get("projects", self._read_projects)
        return found

    def last_project(self, person: str) -> str | None:
        """The project of this person's newest order."""
        found: str | None = self._cache.get(("last", person), lambda: self._read_last(person))
        return found if found in self.projects() else None

    def make_project(self, name: str, person: str) -> str:
        """The id of a new project; of the one there is where the name is taken."""
        wanted = _as_name(name)
        row = {"service": self._service, "id": uuid.uuid4().hex, "name": wanted, "person": person}
        with self._changing("projects") as connection:
            known = connection.execute(self._all_projects()).all()
            same = next((each.id for each in known if each.name.casefold() == wanted.casefold()), None)
            if same is None:
                connection.execute(sa.insert(projects), row | {"created_at": time.time()})
        return same or row["id"]

    def maker_of(self, project: str) -> str:
        """Who made a project; empty where nobody is known."""
        found: dict[str, str] = self._cache.get("makers", self._read_makers)
        return found.get(project, "")

    def rename_project(self, project: str, name: str) -> None:
        """Its results and orders stay with it."""
        wanted = _as_name(name)
        with self._changing("projects") as connection:
            known = {each.id: each.name for each in connection.execute(self._all_projects())}
            if project not in known:
                raise InvalidInput(NO_PROJECT_NOW, "project")
            if any(known[each].casefold() == wanted.casefold() for each in known if each != project):
                raise InvalidInput("Another project has this name already. Choose another one.", "project")
            mine = (projects.c.service == self._service, projects.c.id == project)
            connection.execute(sa.update(projects).where(*mine).values(name=wanted))

    def put_into(self, project: str | None, task_ids: Sequence[str]) -> None:
        """Put results into a project, or into none."""
        if project is not None and project not in self.projects():
            raise InvalidInput(NO_PROJECT_NOW, "project")
        with self._changing("results") as connection:
            connection.execute(sa.update(table).where(*self._those(task_ids)).values(project=project))

    def tag(self, task_ids: Sequence[str], tag: str) -> None:
        wanted = " ".join(tag.split())[:LONGEST_TAG]
        if not wanted:
            raise InvalidInput("Write the tag first.", "tag")
        with self._changing("tags") as connection:
            here = connection.scalars(sa.select(table.c.task_id).where(*self._those(task_ids))).all()
            connection.execute(sa.delete(result_tags).where(*self._tagged(here, wanted)))
            rows = [{"service": self._service, "task_id": task_id, "tag": wanted} for task_id in here]
            if rows:
                connection.execute(sa.insert(result_tags), rows)

    def untag(self, task_ids: Sequence[str], tag: str) -> None:
        with self._changing("tags") as connection:
            connection.execute(sa.delete(result_tags).where(*self._tagged(task_ids, tag)))

    def star(self, person: str, task_ids: Sequence[str], is_on: bool = True) -> None:
        """Put this person's star on results, or take it away."""
        keys = [star_key(task_id) for task_id in task_ids]
        theirs = (favourites.c.service == self._service, favourites.c.person == person, favourites.c.key.in_(keys))
        with self._changing("favourites") as connection:
            connection.execute(sa.delete(favourites).where(*theirs))
            if is_on and keys:
                rows = [{"service": self._service, "person": person, "key": key} for key in dict.fromkeys(keys)]
                connection.execute(sa.insert(favourites), rows)

    def starred(self, person: str, task_ids: Sequence[str]) -> frozenset[str]:
        """Those of these results that have this person's star."""
        keys = {star_key(task_id): task_id for task_id in task_ids}
        chosen = sa.select(favourites.c.key).where(
            favourites.c.service == self._service, favourites.c.person == person, favourites.c.key.in_(keys)
        )
        self._store.open()
        with self._store.engine.connect() as connection:
            return frozenset(keys[key] for key in connection.scalars(chosen))

    def _read_projects(self) -> dict[str, str]:
        self._store.open()
        with self._store.engine.connect() as connection:
            found = connection.execute(self._all_projects()).all()
        return {each.id: each.name for each in sorted(found, key=lambda each: each.name.casefold())}

    def _read_makers(self) -> dict[str, str]:
        chosen = sa.select(projects.c.id, projects.c.person).where(projects.c.service == self._service)
        self._store.open()
        with self._store.engine.connect() as connection:
            return {each.id: each.person for each in connection.execute(chosen)}

    def _read_last(self, person: str) -> str | None:
        theirs = (orders.c.service == self._service, orders.c.person == person)
        chosen = sa.select(orders.c.project).where(*theirs).order_by(orders.c.placed_at.desc()).limit(1)
        self._store.open()
        with self._store.engine.connect() as connection:
            return connection.scalars(chosen).first()

    def _all_projects(self) -> sa.Select[tuple[str, str]]:
        return sa.select(projects.c.id, projects.c.name).where(projects.c.service == self._service)

    def _those(self, task_ids: Sequence[str]) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.service == self._service, table.c.task_id.in_(task_ids)

    def _tagged(self, task_ids: Sequence[str], tag: str) -> tuple[sa.ColumnElement[bool], ...]:
        of_these = (result_tags.c.service == self._service, result_tags.c.task_id.in_(task_ids))
        return *of_these, result_tags.c.tag == tag

    @contextmanager
    def _changing(self, what: str) -> Iterator[Connection]:
        try:
            self._store.open()
            with self._store.alone(f"kling {what}") as connection:
                yield connection
        except sa.exc.SQLAlchemyError:
            raise InvalidInput(NOT_KEPT, "name") from None
        self._cache.clear()


def _as_name(name: str) -> str:
    """What somebody wrote as the name of a project, on one line."""
    wanted = " ".join(name.split())[:LONGEST_PROJECT]
    if not wanted:
        raise InvalidInput("Give the project a name.", "project")
    return wanted
