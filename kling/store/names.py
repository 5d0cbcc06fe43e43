"""The names that people give to motions, and to tasks."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from kling.errors import InvalidInput, KlingError
from kling.store.cache import ReadCache
from kling.store.database import Store
from kling.store.tables import motion_names as table

NOT_KEPT = "This could not be kept: the database does not answer. Try again in a moment."
log = logging.getLogger(__name__)


class MotionNames:
    """Names by the motion's key, or "task" and a number; those of one service are nothing to another. Thread-safe."""

    LONGEST = 60

    def __init__(self, store: Store, service: str) -> None:
        self._store = store
        self._service = service
        self._cache = ReadCache(store.version)
        self._last: dict[str, str] = {}
        self._persons: dict[str, str] = {}

    def all(self) -> dict[str, str]:
        """Every name; those read last while the database does not answer."""
        names: dict[str, str] = self._cache.get("all", self._read)
        return names

    def given_by(self) -> dict[str, str]:
        """Who gave each name, where that is known; read like `all`."""
        self.all()
        return self._persons

    def give(self, key: str, name: str, person: str = "") -> None:
        """Name a motion; an empty name takes its name away. `InvalidInput` when it cannot be kept."""
        row = {"service": self._service, "key": key, "name": name.strip()[: self.LONGEST], "person": person}
        try:
            self._store.open()
            with self._store.alone("kling motion names") as connection:
                connection.execute(sa.delete(table).where(table.c.service == self._service, table.c.key == key))
                if row["name"]:
                    connection.execute(sa.insert(table), row)
        except sa.exc.SQLAlchemyError:
            raise InvalidInput(NOT_KEPT, field="name") from None
        self._cache.clear()

    def _read(self) -> dict[str, str]:
        chosen = sa.select(table.c.key, table.c.name, table.c.person).where(table.c.service == self._service)
        try:
            self._store.open()
            with self._store.engine.connect() as connection:
                rows = connection.execute(chosen).all()
            self._last = {row.key: row.name for row in rows}
            self._persons = {row.key: row.person for row in rows if row.person}
        except (sa.exc.SQLAlchemyError, KlingError):
            log.warning("The names of motions cannot be read; those read last are shown")
        return self._last
