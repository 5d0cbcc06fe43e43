"""Whose things are, and what of their budgets they take."""

from __future__ import annotations

import itertools
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

TITLES_SECONDS = 8 * 86_400.0
"""Longer than Kling keeps a task."""
VERSIONS = itertools.count(1)
"""For all readers of the process."""
OVERLAP = 60.0
"""Seconds: what was accepted so long before the last look is read again, for it may have been written down since."""


@dataclass(frozen=True, eq=False)
class Makers:
    """Who ordered each task, as known at a moment: another object as soon as there is one more."""

    of_task: Mapping[int, str] = field(default_factory=dict)
    persons: frozenset[str] = frozenset()
    titles: Mapping[int, str] = field(default_factory=dict)
    """What tasks of late were called by whoever ordered them."""
    version: int = 0
    """Grows with each that is new; no two of a process have the same."""


class MakersReader:
    """Reads them all once, and from then on only what is new. Thread-safe."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._known = Makers()
        self._until = 0.0

    def read(self) -> Makers:
        mine = (self._repository.mine(), table.c.task_id.is_not(None), table.c.accepted_at >= self._until - OVERLAP)
        chosen = sa.select(table.c.task_id, table.c.person, table.c.title, table.c.accepted_at).where(*mine)
        with self._lock, self._repository.store.engine.connect() as connection:
            rows = connection.execute(chosen).all()
            new = {task_id: person for task_id, person, _, _ in rows}
            if not new.items() <= self._known.of_task.items():
                since = self._repository.now(connection) - TITLES_SECONDS
                titles = {task_id: title for task_id, _, title, accepted_at in rows if accepted_at > since}
                self._known = _with(self._known, new, titles)
            self._until = max([self._until, *(accepted_at for _, _, _, accepted_at in rows)])
            return self._known


def _with(known: Makers, new: Mapping[int, str], titles: Mapping[int, str]) -> Makers:
    makers = {**known.of_task, **new}
    return Makers(makers, frozenset(makers.values()), {**known.titles, **titles}, next(VERSIONS))


class Ownership:
    """`NotConfigured` with a sentence while the storage fails."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._makers = MakersReader(context.repository)

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
