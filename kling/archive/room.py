"""How much room the archive has, and when copying must wait for more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kling.archive.files import SAMPLE, Files, StorageFault
from kling.archive.repository import Repository

GB = 1_000_000_000
NEARLY = 0.9
"""The share of the limit at which people are warned."""
SPARE = 1 * GB
"""Bytes that copying leaves free on the disk: orders and their database are more important."""
Problem = Literal["limit", "disk", "storage"]
"""limit: as much is kept as may be · disk: too little is free · storage: the place does not answer, or is another."""


@dataclass(frozen=True)
class Room:
    """Bytes; `limit` None without one, `free` None where nobody can tell."""

    used: int
    limit: int | None
    free: int | None
    problem: Problem | None = None

    @property
    def is_nearly_full(self) -> bool:
        return self.limit is not None and self.used >= NEARLY * self.limit


def is_away(repository: Repository, files: Files) -> bool:
    """Whether what is kept cannot be had: its place does not answer, or holds something else."""
    try:
        files.free()
        return files.lacks(repository.some_files(SAMPLE))
    except StorageFault:
        return True


def look(repository: Repository, files: Files, limit: int | None, needed: int = 0) -> Room:
    """The room there is; `problem` where `needed` more bytes do not fit. Raises what the database raises."""
    used = repository.used()
    try:
        free = files.free()
    except StorageFault:
        return Room(used, limit, None, "storage")
    if files.lacks(repository.some_files(SAMPLE)):
        return Room(used, limit, None, "storage")
    if limit is not None and used + max(needed, 1) > limit:
        return Room(used, limit, free, "limit")
    return Room(used, limit, free, "disk" if free is not None and free < SPARE + needed else None)
