"""What each task of late took, read once for everybody who looks at the tasks."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from kling.orders.records import Cost
from kling.orders.repository import Repository
from kling.store.tables import orders

LOOKS_BACK = 8 * 86_400.0
"""Seconds: Kling keeps tasks for a week."""
EVERY = 10.0
"""Seconds from one reading to the next, while somebody looks."""


@dataclass(frozen=True)
class Charge:
    """`cost` is None where the balance does not show it."""

    has_failed: bool
    cost: Cost | None


@dataclass(frozen=True, eq=False)
class Charges:
    """As known at a moment: another object, with a higher `version`, as soon as something has changed."""

    of_task: Mapping[int, Charge] = field(default_factory=dict)
    version: int = 0


NONE = Charges()


class ChargesRead:
    """Thread-safe; at most `EVERY` old."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._lock = threading.Lock()
        self._known = NONE
        self._read_at = -EVERY

    def latest(self) -> Charges:
        """Those of the tasks that Kling may still show. Raises SQLAlchemy's errors."""
        with self._lock:
            if time.monotonic() - self._read_at >= EVERY:
                self._read()
            return self._known

    def _read(self) -> None:
        began = time.monotonic()
        columns = (orders.c.task_id, orders.c.step, orders.c.cost, orders.c.cost_is_exact)
        since = self._repository.now() - LOOKS_BACK
        of_late = (self._repository.mine(), orders.c.accepted_at >= since, orders.c.task_id.is_not(None))
        with self._repository.store.engine.connect() as connection:
            rows = connection.execute(sa.select(*columns).where(*of_late)).all()
        found = {row.task_id: Charge(row.step == "failed", _cost(row)) for row in rows}
        if found != self._known.of_task:
            self._known = Charges(found, self._known.version + 1)
        self._read_at = began


def _cost(row: Any) -> Cost | None:
    return None if row.cost is None else Cost(row.cost, bool(row.cost_is_exact))
