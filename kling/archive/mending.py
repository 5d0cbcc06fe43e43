"""Database and storage compared: what is missing is copied again, what nobody knows is taken in or deleted."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa

from kling.archive.files import ENDINGS, Stored, name_of
from kling.archive.records import PARTS, ArchiveFile
from kling.archive.service import Archive
from kling.errors import InvalidInput
from kling.store.tables import files, results

NAME = re.compile(r"files/../([0-9a-f]{64})\.(\w+)")
TYPES = {ending: kind for kind, ending in ENDINGS.items()}
YOUNG = 3600.0
"""Seconds in which a file may lie there that is about to be noted."""
STRANGERS = (
    "What the database knows and what lies in the archive have no file in common, so nothing was changed. See whether "
    "the disk is there, and KLING_ARCHIVE and KLING_DATA_DIR or KLING_DATABASE_URL are right. If all that was kept is "
    "lost, or nobody needs what lies there: check --anyway."
)
Progress = Callable[[str, int, int], None]
_T = TypeVar("_T")


@dataclass
class Findings:
    """How many files were looked at, and what was done."""

    good: int = 0
    missing: int = 0
    """Not there, or not as long as they were: their results wait to be copied again, as far as they can be."""
    damaged: int = 0
    """The same for those whose content is another one; looked at only where all are read."""
    taken_in: int = 0
    """There and needed, but not noted."""
    deleted: int = 0
    """There and needed by nothing."""

    @property
    def is_well(self) -> bool:
        return not (self.missing or self.damaged)


def check(
    archive: Archive, progress: Progress, reads_all: bool = False, now: float | None = None, anyway: bool = False
) -> Findings:
    """Compare and mend; with `reads_all` each file is read and its hash compared. `StorageFault` where it cannot be.

    `InvalidInput` where database and storage have no file in common, unless `anyway`: then one of them is not
    meant, and mending would forget, or delete, all that is kept.
    """
    now = time.time() if now is None else now
    archive.repository.store.open()
    there = {stored.name: stored for stored in archive.files.all()}
    noted = _noted(archive)
    if not anyway and (noted or there) and not _have_in_common(archive, noted, there):
        raise InvalidInput(STRANGERS, "archive")
    found = Findings()
    for file in counted(noted, "Files compared", progress):
        stored = there.pop(name_of(file), None)
        if stored is None or stored.size != file.size:
            archive.files.delete(name_of(file))
            _forget(archive, file)
            found.missing += 1
        elif reads_all and not is_whole(archive, file):
            archive.files.delete(stored.name)
            _forget(archive, file)
            found.damaged += 1
        else:
            found.good += 1
    for stored in counted(list(there.values()), "Files that are not noted", progress):
        _take_in_or_delete(archive, stored, found, now)
    return found


def _have_in_common(archive: Archive, noted: Iterable[ArchiveFile], there: Iterable[str]) -> bool:
    stored = {name[1] for name in map(NAME.fullmatch, there) if name}
    return any(file.hash in stored for file in noted) or any(_is_needed([each], archive) for each in stored)


def is_whole(archive: Archive, file: ArchiveFile) -> bool:
    """Whether the content is what the name says."""
    read = hashlib.sha256()
    for piece in archive.pieces(file):
        read.update(piece)
    return read.hexdigest() == file.hash


def counted(items: list[_T], what: str, progress: Progress) -> Iterator[_T]:
    """Each of them, with how far it is."""
    for number, item in enumerate(items):
        progress(what, number, len(items))
        yield item
    progress(what, len(items), len(items))


def _noted(archive: Archive) -> list[ArchiveFile]:
    with archive.repository.store.engine.connect() as connection:
        return [ArchiveFile(**row) for row in connection.execute(sa.select(files)).mappings()]


def _forget(archive: Archive, file: ArchiveFile) -> None:
    """A file that is lost: its results are copied again, as far as the service still has them."""
    with archive.repository.store.alone("kling results") as connection:
        connection.execute(sa.delete(files).where(files.c.hash == file.hash))
        for part in PARTS:
            anew = {part: None, "state": "waiting", "tries": 0, "not_before": None, "reason": ""}
            connection.execute(sa.update(results).where(results.c[part] == file.hash).values(**anew))


def _take_in_or_delete(archive: Archive, stored: Stored, found: Findings, now: float) -> None:
    name = NAME.fullmatch(stored.name)
    if name is not None and _is_needed([name[1]], archive):
        file = ArchiveFile(name[1], stored.size, TYPES.get(name[2], "application/octet-stream"), stored.written_at)
        if is_whole(archive, file):
            with archive.repository.store.alone("kling results") as connection:
                connection.execute(sa.insert(files), vars(file))
            found.taken_in += 1
            return
    if stored.written_at < now - YOUNG:
        archive.files.delete(stored.name)
        found.deleted += 1


def _is_needed(hashes: Iterable[str], archive: Archive) -> bool:
    wanted = sa.or_(*(results.c[part].in_(list(hashes)) for part in PARTS))
    with archive.repository.store.engine.connect() as connection:
        return connection.execute(sa.select(results.c.task_id).where(wanted).limit(1)).first() is not None
