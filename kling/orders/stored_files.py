"""The files of orders on this machine: laid aside when an order is placed, gone when Kling has it."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from kling.orders.context import Context
from kling.orders.records import LIVE
from kling.store.tables import orders

FILES = ("picture", "video", "cover")
LEFTOVER_SECONDS = 3600.0


def path_of(context: Context, order_id: str, name: str) -> Path:
    """Where a file of an order lies until Kling has the order."""
    return context.folder / f"{order_id}.{name}"


def store_file(context: Context, order_id: str, name: str, content: bytes | Path) -> None:
    """Lay a file where it lives until Kling has the order: whole, or not at all. `OSError` where there is no room."""
    path = path_of(context, order_id, name)
    unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    try:
        _write(unfinished, content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _write(path: Path, content: bytes | Path) -> None:
    if isinstance(content, Path):
        with suppress(OSError):  # another file system
            os.link(content, path)
            return
    with path.open("wb") as file:
        if isinstance(content, Path):
            with content.open("rb") as source:
                shutil.copyfileobj(source, file)
        else:
            file.write(content)
        file.flush()
        os.fsync(file.fileno())


def remove_files(context: Context, order_id: str) -> None:
    """What cannot be removed now is removed by a later start."""
    paths = [path_of(context, order_id, name) for name in FILES]
    with suppress(SQLAlchemyError):  # whatever was decided before was decided all the same
        if shared := context.repository.unneeded_picture(order_id):
            paths.append(path_of(context, shared, "picture"))
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def remove_leftovers(context: Context) -> None:
    """Files of orders that have ended or were never placed, left by a process that was stopped."""
    rows = context.repository.find(orders.c.step.in_(LIVE), limit=None)
    begun = {row["id"] for row in rows} | {row["picture_key"] for row in rows}
    old = time.time() - LEFTOVER_SECONDS
    for path in context.folder.glob("*"):
        order_id, _, name = path.name.rpartition(".")
        unfinished, _, kind = order_id.rpartition(".")
        is_ours = name in FILES and order_id not in begun
        with suppress(OSError):
            if (is_ours or (kind in FILES and unfinished)) and path.stat().st_mtime < old:
                path.unlink()


def home_of(folder: Path) -> str:
    """Which data directory this is: files of an order can only be sent by a process that has the same."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / "home"
    try:
        with name.open("x") as file:
            file.write(uuid.uuid4().hex)
    except FileExistsError:
        pass
    return name.read_text() or "unnamed"
