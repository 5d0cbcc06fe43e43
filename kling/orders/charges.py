"""What each task of late took, read once for everybody who looks at the tasks."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from kling.orders.records import Cost
from kling.orders.repository import Repository
from kling.store.tables import orders

LOOKS_BACK = 8 * 86_400.0
"""Seconds: Kling keeps tasks for a week."""
EVERY = 10.0
"""Seconds from one reading to the next, while somebody looks."""
SETTLED = 86_400.0
"""Seconds after its end in which what an order took may still be found out."""


COLUMNS = (orders.c.task_id, orders.c.step, orders.c.cost, orders.c.cost_is_exact)


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


class ChargesReader:
    """Reads them all once, and from then on only those that may have changed. Thread-safe; at most `EVERY` old."""

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
        now, known = self._repository.now(), self._known.of_task
        wanted = [self._repository.mine(), orders.c.accepted_at >= now - LOOKS_BACK, orders.c.task_id.is_not(None)]
        if known:
            wanted.append(sa.or_(orders.c.ended_at.is_(None), orders.c.ended_at >= now - SETTLED))
        with self._repository.store.engine.connect() as connection:
            rows = connection.execute(sa.select(*COLUMNS).where(*wanted)).all()
        found = {task_id: Charge(step == "failed", _cost(cost, is_exact)) for task_id, step, cost, is_exact in rows}
        if not found.items() <= known.items():
            self._known = Charges({**known, **found}, self._known.version + 1)
        self._read_at = began


def _cost(credits: float | None, is_exact: bool) -> Cost | None:
    return None if credits is None else Cost(credits, bool(is_exact))
