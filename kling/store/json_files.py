"""Names and favourites from before the database: JSON files in the data folder, taken over once."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kling.store.database import Store
from kling.store.tables import favourites, motion_names

Row = dict[str, str]
TAKEN = ".taken"
DAMAGED = ".damaged"
log = logging.getLogger(__name__)


def take_over(store: Store, folder: Path, services: Iterable[str]) -> None:
    """Bring what stands in the files into the database, and rename them; what is there already stays as it is.

    A file does not say which service it is for: all of them get it. One that makes no sense is put aside, one that
    cannot be read stays for the next start, as do all where the database has a fault.
    """
    for name, table, read in (
        ("motion-names.json", motion_names, _names),
        ("favourites.json", favourites, _favourites),
    ):
        path = folder / name
        try:
            if path.exists():
                _take(store, path, table, read, tuple(services))
        except sa.exc.SQLAlchemyError as error:
            log.warning("%s could not be taken into the database (%s)", path.name, type(error).__name__)


def _take(
    store: Store, path: Path, table: sa.Table, read: Callable[[dict[str, Any]], list[Row]], services: tuple[str, ...]
) -> None:
    with store.alone("kling json files") as connection:
        found = _load(path)
        if found is None:
            return
        rows = [{"service": service, **row} for service in dict.fromkeys(services) for row in read(found)]
        keys = [column.name for column in table.primary_key]
        known = {tuple(row) for row in connection.execute(sa.select(*(table.c[name] for name in keys)))}
        new = [row for row in rows if tuple(row[name] for name in keys) not in known]
        if new:
            connection.execute(sa.insert(table), new)
    # Not before it is in the database: killed in between, the next start does it again, which changes nothing.
    if _rename(path, TAKEN):
        log.warning("What was in %s is in the database now; the file is kept as %s%s", path.name, path.stem, TAKEN)


def _load(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:  # another process was quicker
        return None
    except OSError as error:
        log.warning("%s cannot be read and is left for the next start (%s)", path.name, error.strerror)
        return None
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found
    if _rename(path, DAMAGED):
        log.warning("%s is damaged and was put aside as %s%s", path.name, path.stem, DAMAGED)
    return None


def _rename(path: Path, ending: str) -> bool:
    try:
        path.replace(path.with_suffix(ending))
    except FileNotFoundError:
        return False
    except OSError as error:
        log.warning("%s could not be renamed (%s): it will be read again", path.name, error.strerror)
        return False
    return True


def _names(found: dict[str, Any]) -> list[Row]:
    return [{"key": key, "name": str(name)} for key, name in found.items() if name]


def _favourites(found: dict[str, Any]) -> list[Row]:
    stars = {person: dict.fromkeys(map(str, keys)) for person, keys in found.items() if isinstance(keys, list)}
    return [{"person": person, "key": key} for person, keys in stars.items() for key in keys]
