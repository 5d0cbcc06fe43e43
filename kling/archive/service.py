"""Everything that is kept, for those who read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from kling.archive import room
from kling.archive.files import Files, StorageFault
from kling.archive.records import ArchiveFile, Part, Result, WholeResult
from kling.archive.repository import Repository
from kling.archive.room import Room
from kling.models import Task
from kling.store import ReadCache, Store


class Archive:
    """The results of one service, and their files. Thread-safe; `NotConfigured` where the database cannot be had."""

    def __init__(self, store: Store, service: str, files: Files, limit: int | None = None) -> None:
        self.repository = Repository(store, service)
        self.files = files
        self._limit = limit
        """Bytes that may be kept in all."""
        self._cache = ReadCache(store.version)

    def result(self, task_id: str) -> Result | None:
        """One result by the number of its task."""
        return self._opened().result(task_id)

    def results(self, task_ids: Collection[str]) -> dict[str, Result]:
        """Those of the tasks that there are."""
        return self._opened().results(task_ids)

    def results_cached(self, task_ids: tuple[str, ...]) -> dict[str, Result]:
        """The same up to a second later, read once for all who draw the same tasks many times a second."""
        found: dict[str, Result] = self._cache.get(task_ids, lambda: self.results(task_ids))
        return found

    def whole(self, task_id: str) -> WholeResult | None:
        """One with its task and its settings."""
        return self._opened().whole(task_id)

    def file(self, file_hash: str | None) -> ArchiveFile | None:
        """A kept file by its hash."""
        return self._opened().file(file_hash) if file_hash else None

    def file_of(self, task_id: str, part: Part) -> ArchiveFile | None:
        """The video of a result, its cover, its picture or its motion clip."""
        result = self.result(task_id)
        return None if result is None else self.file(result.hash_of(part))

    def path_of(self, file: ArchiveFile) -> Path | None:
        """Where it lies on this machine; None when it does not."""
        return self.files.path_of(file)

    def link_to(self, file: ArchiveFile) -> str | None:
        """A link for a browser that holds for a quarter of an hour; None where only we can reach the file."""
        return self.files.link_to(file)

    def pieces(self, file: ArchiveFile, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Its bytes from `start` up to `end`; `StorageFault` where they cannot be had."""
        return self.files.pieces(file, start, end)

    def tasks(self, task_ids: Collection[str]) -> list[Task]:
        """The tasks of results that are kept, as they ended; their links may have lapsed."""
        return self._opened().tasks(task_ids)

    def tasks_before(self, accounts: Collection[str], created: float, count: int) -> list[Task]:
        """Those of the accounts that were made before then, the newest first."""
        return self._opened().tasks_before(accounts, created, count)

    def room(self, needed: int = 0) -> Room:
        """How much is kept and how much more can be; its `problem` tells whether `needed` more bytes fit."""
        return room.look(self._opened(), self.files, self._limit, needed)

    def is_away(self) -> bool:
        """Whether what is kept cannot be had at the moment: its place does not answer, or is another one."""
        return room.is_away(self._opened(), self.files)

    def lacks(self, file: ArchiveFile) -> bool:
        """Whether a file is not where it was kept, or another one is."""
        try:
            return self.files.size_of(file) != file.size
        except StorageFault:
            return True

    def counts(self) -> dict[str, int]:
        """How many results there are in each state."""
        return self._opened().counts()

    def _opened(self) -> Repository:
        self.repository.store.open()
        return self.repository
