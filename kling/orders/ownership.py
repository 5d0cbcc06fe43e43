"""Whose things are, and what of their budgets they take."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from kling.models.lenient import without_signature
from kling.orders.context import Context
from kling.orders.records import Order, order_from_row
from kling.orders.repository import Repository
from kling.orders.standings import Standings
from kling.orders.storage import storage_errors_as_not_configured
from kling.store.tables import orders as table

OVERLAP = 60.0
"""Seconds: what was accepted so long before the last look is read again, for it may have been written down since."""


@dataclass(frozen=True, eq=False)
class Makers:
    """Who ordered each task, as known at a moment: another object as soon as something has changed."""

    of_task: Mapping[int, str] = field(default_factory=dict)
    persons: frozenset[str] = frozenset()
    version: int = 0
    """Grows with each that is new."""


class MakersRead:
    """Reads them all once, and from then on only what is new. Thread-safe."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._known = Makers()
        self._until = 0.0

    def read(self) -> Makers:
        mine = (self._repository.mine(), table.c.task_id.is_not(None), table.c.accepted_at >= self._until - OVERLAP)
        chosen = sa.select(table.c.task_id, table.c.person, table.c.accepted_at).where(*mine)
        with self._lock, self._repository.store.engine.connect() as connection:
            rows = connection.execute(chosen).all()
            new = {row.task_id: row.person for row in rows}
            if not new.items() <= self._known.of_task.items():
                makers = {**self._known.of_task, **new}
                self._known = Makers(makers, frozenset(makers.values()), self._known.version + 1)
            self._until = max([self._until, *(row.accepted_at for row in rows)])
            return self._known


class Ownership:
    """`NotConfigured` with a sentence while the storage fails."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._makers = MakersRead(context.repository)

    def start(self) -> None:
        """So that there is something to read."""
        raise NotImplementedError

    def makers(self) -> Makers:
        """Who ordered which task; asked once for everybody."""
        self.start()
        with storage_errors_as_not_configured():
            found: Makers = self._context.repository.read_once("makers", self._makers.read)
            return found

    def owner_of(self, task_id: int | None = None, clip_url: str | None = None) -> str:
        """Who ordered a task, or uploaded a clip; empty for what was made elsewhere."""
        if task_id is not None:
            return self.makers().of_task.get(task_id, "")
        self.start()
        with storage_errors_as_not_configured():
            clips = self._context.repository.find(table.c.kind == "clip", limit=None) if clip_url else []
        urls: dict[str, str] = {}
        for row in clips:
            urls[without_signature(json.loads(row["addresses"]).get("video") or "")] = row["person"]
        return urls.get(without_signature(clip_url or ""), "")

    def standings(self) -> Standings:
        """What everybody, and the team, has spent of their budgets this month."""
        self.start()
        with storage_errors_as_not_configured():
            return self._context.repository.standings()

    def held(self) -> list[Order]:
        """The orders that wait for room in a budget, oldest first."""
        self.start()
        with storage_errors_as_not_configured():
            held = self._context.repository.cached("held", table.c.step == "held", limit=None)
            return [order_from_row(row) for row in held]
