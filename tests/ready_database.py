"""A database that is up to date and empty, made once for all tests that are not about its making."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from dbos import DBOS

from kling.store import Store

NAME = "orders.sqlite"
"""As the dashboard calls its own."""


def put_ready_database(folder: Path) -> None:
    """Have one in this folder, unless there is one: as any start of the dashboard but the first finds it."""
    if not (folder / NAME).exists():
        shutil.copy(_ready(), folder)


@functools.cache
def _ready() -> Path:
    path = Path(tempfile.mkdtemp()) / NAME
    atexit.register(shutil.rmtree, path.parent)
    store = Store(f"sqlite:///{path}")
    store.open()
    DBOS.migrate(f"sqlite:///{path}")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path
