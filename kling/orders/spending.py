"""What was spent, order by order, for a lead's day: light rows, twenty thousand of which are read in a moment.

An order stands in the month in which it was let go, as in the budgets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from kling.orders.months import Month
from kling.orders.records import Order, order_from_row
from kling.orders.repository import Repository
from kling.orders.rows import plain
from kling.orders.standings import NOTHING_TAKEN
from kling.store.tables import orders

PAID = ("video", "reference", "motion")
UNSUCCESSFUL = ("failed", "gone", "refused", "unknown")
"""How an order ends that is no result."""
QUERY_IDS = 500
"""Ids in a question to the database."""
COLUMNS = (
    "id", "person", "kind", "step", "title", "template", "reference", "model", "mode", "task_id", "placed", "credits",
    "is_exact", "waited", "made",
)  # fmt: skip
"""Of an entry: one order that may cost something. `placed` in seconds since the epoch, `waited` until Kling took it and
`made` from there to the end in seconds; `credits` None where nobody knows. `template` or `reference` is the motion."""


class SpendingReader:
    """Reads the orders of a service."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def first_at(self) -> float | None:
        """When the first order that is kept was let go."""
        chosen = sa.select(sa.func.min(orders.c.passed_at)).where(self._repository.mine())
        with self._repository.store.engine.connect() as connection:
            return connection.execute(chosen).scalar()

    def entries(self, month: Month) -> list[sa.Row[Any]]:
        """Every order of the month that may cost something, oldest first; see `COLUMNS`."""
        chosen = sa.select(*self._columns()).where(*self._of(month)).order_by(orders.c.passed_at)
        with self._repository.store.engine.connect() as connection:
            return list(connection.execute(chosen).all())

    def orders(self, ids: Sequence[str]) -> list[Order]:
        """Orders by their ids, whole."""
        found: list[Order] = []
        with self._repository.store.engine.connect() as connection:
            for start in range(0, len(ids), QUERY_IDS):
                chosen = sa.select(orders).where(
                    self._repository.mine(), orders.c.id.in_(ids[start : start + QUERY_IDS])
                )
                found += [order_from_row(plain(row)) for row in connection.execute(chosen).mappings()]
        return found

    def _of(self, month: Month) -> list[sa.ColumnElement[bool]]:
        passed = orders.c.passed_at
        return [self._repository.mine(), passed >= month.start, passed < month.end, orders.c.kind.in_(PAID)]

    def _columns(self) -> list[sa.ColumnElement[Any]]:
        columns = orders.c
        return [
            columns.id, columns.person, columns.kind, columns.step, columns.title, self._said("workId"),
            self._said("motionUrl"), self._said("model_name"), self._said("mode"), columns.task_id, columns.passed_at,
            CREDITS, columns.cost_is_exact, columns.accepted_at - columns.passed_at,
            columns.ended_at - columns.accepted_at,
        ]  # fmt: skip

    def _said(self, name: str) -> sa.ColumnElement[str]:
        """What the request says under a name, as text; taken from it by the database, which is quicker at it."""
        if self._repository.store.engine.dialect.name == "sqlite":
            return sa.cast(sa.func.json_extract(orders.c.body, f"$.{name}"), sa.Text)
        said: sa.ColumnElement[str] = sa.cast(orders.c.body, sa.JSON)[name].as_string()
        return said


CREDITS = sa.case((NOTHING_TAKEN, 0.0), else_=sa.func.coalesce(orders.c.cost, orders.c.price))
"""What an order counts with, as in the budgets: by the balance, else the price that was expected."""
