"""Bring a database up to date: under one lock, with a copy of a SQLite file first, whole or not at all."""

from __future__ import annotations

import functools
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection, Engine

from kling.errors import NotConfigured
from kling.store.engine import lock, sqlite_file

VERSION_TABLE = "kling_version"
"""Not Alembic's usual name: somebody else's tables may stand beside ours, with a version of their own."""
NEWER = (
    "The database was last used by a newer version of this dashboard. Nothing in it was changed. "
    "Update the dashboard, or set KLING_DATABASE_URL to another database."
)
NOT_COPIED = (
    "The database is from an older version, and the copy that is made before it is changed did not succeed. "
    "Nothing in it was changed. See whether the disk has room and its folder can be written to."
)
NOT_CHANGED = (
    "The database is from an older version and could not be brought up to date. Nothing in it was changed. "
    "The log says why; often the user in KLING_DATABASE_URL may not create tables."
)
_alembic = threading.Lock()
"""Alembic keeps the migration under way in a global of its own."""
log = logging.getLogger(__name__)


def bring_up_to_date(engine: Engine) -> None:
    """Apply the migrations that the database lacks; of several processes one does, and the others wait for it.

    `NotConfigured` when it is from a newer version, or cannot be changed: then it is as it was.
    """
    _refuse_newer(_version_in_file(sqlite_file(engine)))
    with engine.begin() as connection:
        lock(connection, "kling store")
        found = version_of(connection)
        _refuse_newer(found)
        if found != scripts().get_current_head():
            _keep_copy(connection, found)
            _migrate(connection)


def version_of(connection: Connection) -> str | None:
    """The revision a database is at; None where there is none yet."""
    return MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()


@functools.cache
def scripts() -> ScriptDirectory:
    """The migrations there are."""
    return ScriptDirectory.from_config(_config())


def run_alembic(connection: Connection, run: Callable[[Config], object]) -> None:
    """A command of Alembic on a connection, in the transaction that is open there."""
    with _alembic:
        config = _config()
        config.attributes.update(connection=connection, version_table=VERSION_TABLE)
        run(config)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "kling.store:migrations")
    return config


def _version_in_file(path: Path | None) -> str | None:
    """Looked up without a trace: merely opening a file to write could change it."""
    if path is None or not path.exists():
        return None
    reader = sa.create_engine("sqlite://", creator=lambda: _read_only(path), poolclass=sa.NullPool)
    with reader.connect() as connection:
        return version_of(connection)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)


def _refuse_newer(version: str | None) -> None:
    if version is not None and version not in {script.revision for script in scripts().walk_revisions()}:
        raise NotConfigured(NEWER)


def _keep_copy(connection: Connection, version: str | None) -> None:
    """Copy a SQLite file as it is before a change. The lock that is held keeps everybody from writing meanwhile."""
    path = sqlite_file(connection.engine)
    if path is None or not sa.inspect(connection).get_table_names():
        return
    copy = path.with_name(f"{path.stem}.{version or 'unversioned'}{path.suffix}")
    unfinished = copy.with_name(f"{copy.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        with closing(_read_only(path)) as source, closing(sqlite3.connect(unfinished)) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without those of a write ahead
        shutil.copymode(path, unfinished)
        unfinished.replace(copy)
    except (OSError, sqlite3.Error) as error:
        log.error("No copy of the database could be made in %s: %s", copy, error)
        raise NotConfigured(NOT_COPIED) from None
    log.warning("The database is brought up to date. As it was before, it is in %s", copy)


def _migrate(connection: Connection) -> None:
    try:
        run_alembic(connection, lambda config: command.upgrade(config, "head"))
    except sa.exc.SQLAlchemyError as error:
        # Not the error itself: it tells the values of the statement.
        log.error("The database could not be brought up to date: %s", getattr(error, "orig", None) or type(error))
        raise NotConfigured(NOT_CHANGED) from None
    log.info("The database is at revision %s now", version_of(connection))
