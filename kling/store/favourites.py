"""What people have put a star on."""

from __future__ import annotations

import logging

import sqlalchemy as sa

from kling.errors import InvalidInput, KlingError
from kling.store.cache import ReadCache
from kling.store.database import Store
from kling.store.names import NOT_KEPT
from kling.store.tables import favourites as table

log = logging.getLogger(__name__)


class Favourites:
    """The keys that each person has put a star on; those of one service are nothing to another. Thread-safe."""

    def __init__(self, store: Store, service: str) -> None:
        self._store = store
        self._service = service
        self._cache = ReadCache(store.version)
        self._last: dict[str, frozenset[str]] = {}

    def of(self, person: str) -> frozenset[str]:
        """The keys of a person's favourites; those read last while the database does not answer."""
        keys: frozenset[str] = self._cache.get(person, lambda: self._read(person))
        return keys

    def star(self, person: str, key: str, is_on: bool) -> None:
        """Put a star on something or take it away. `InvalidInput` when it cannot be kept."""
        row = {"service": self._service, "person": person, "key": key}
        try:
            self._store.open()
            with self._store.alone("kling favourites") as connection:
                connection.execute(sa.delete(table).where(*(table.c[name] == value for name, value in row.items())))
                if is_on:
                    connection.execute(sa.insert(table), row)
        except sa.exc.SQLAlchemyError:
            raise InvalidInput(NOT_KEPT, field="name") from None
        self._cache.clear()

    def _read(self, person: str) -> frozenset[str]:
        chosen = sa.select(table.c.key).where(table.c.service == self._service, table.c.person == person)
        try:
            self._store.open()
            with self._store.engine.connect() as connection:
                self._last[person] = frozenset(connection.scalars(chosen))
        except (sa.exc.SQLAlchemyError, KlingError):
            log.warning("Favourites cannot be read; those read last are shown")
        return self._last.get(person, frozenset())
