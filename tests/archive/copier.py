"""An archive and what copies into it, by a clock in hand."""

from __future__ import annotations

from typing import Any

from kling import Task
from kling.archive import Archive, finding
from kling.archive.claims import Claims
from kling.archive.copying import Copying
from tests.archive.cdn import Service


class Copier:
    """An archive and what copies into it, by a clock in hand."""

    def __init__(self, archive: Archive, service: Service) -> None:
        self.archive, self.service = archive, service
        self.now = service.clock.now
        self.claims = Claims(archive.repository, archive.files.spool, lambda: self.now)
        self.stops = False
        self.copying = Copying(
            self.claims, archive.files, lambda _: service.client(), archive.room, lambda: self.stops, lambda: self.now
        )
        archive.repository.store.open()

    def note(self, task: Task, **changes: Any) -> str:
        self.archive.repository.add([finding.row_of_task(task, self.now) | changes])
        return str(task.id)

    def copy(self) -> bool:
        """Copy one result that is due; whether there was one."""
        whole = self.claims.take()
        if whole is not None:
            self.copying.copy(whole)
        return whole is not None

    def later(self) -> None:
        self.now += 4000.0

    def content(self, task_id: str, part: Any = "video") -> bytes:
        file = self.archive.file_of(task_id, part)
        assert file is not None
        return b"".join(self.archive.pieces(file))

    def state(self, task_id: str) -> tuple[str, str]:
        found = self.archive.result(task_id)
        assert found is not None
        return found.state, found.reason
