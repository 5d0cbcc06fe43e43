"""What the orders of a month take of the budgets, and which of them wait for room in one.

An order counts in the month in which it was let pass: with its price until its cost is known. Where nobody knows its
price either, it goes only while no other such one is under way: the first one tells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.orders.budgets import Budgets
from kling.orders.months import Month
from kling.orders.records import ENDED
from kling.store.tables import orders

WARNED_AT = 0.8
"""Of a budget."""


@dataclass(frozen=True)
class Standing:
    """Where a month stands for a person or the team, in credits."""

    spent: float = 0.0
    """By orders whose cost is known, and by finished ones with their price."""
    under_way: float = 0.0
    """By the prices of those that are not finished."""
    unknown: int = 0
    """Orders under way whose price nobody knows."""
    limit: float | None = None

    @property
    def used(self) -> float:
        return self.spent + self.under_way

    @property
    def left(self) -> float | None:
        return None if self.limit is None else max(0.0, self.limit - self.used)

    @property
    def is_near_the_end(self) -> bool:
        return self.limit is not None and self.used >= self.limit * WARNED_AT

    def has_room(self, price: float | None) -> bool:
        """Whether an order of this price may go."""
        if self.limit is None:
            return True
        return (self.used < self.limit and not self.unknown) if price is None else self.used + price <= self.limit

    def with_order(self, price: float | None) -> Standing:
        return replace(self, under_way=self.under_way + (price or 0.0), unknown=self.unknown + (price is None))

    def __add__(self, other: Standing) -> Standing:
        """Together; the limit is this one's."""
        return Standing(
            self.spent + other.spent, self.under_way + other.under_way, self.unknown + other.unknown, self.limit
        )


@dataclass(frozen=True)
class Standings:
    """Of everybody, and of the team."""

    month: Month
    team: Standing
    persons: Mapping[str, Standing] = field(default_factory=dict)
    """Those who have orders in this month, or a budget of their own."""
    usual: float | None = None

    def of(self, person: str) -> Standing:
        return self.persons.get(person, Standing(limit=self.usual))


NOTHING_TAKEN = sa.or_(
    orders.c.step.in_(("held", "refused")),
    # What a person let go may be at Kling all the same, and then it was charged.
    sa.and_(orders.c.step == "cancelled", orders.c.unsure_at.is_(None), orders.c.doubt.is_distinct_from("person")),
    sa.and_(orders.c.step == "failed", orders.c.cost.is_(None)),
)
"""Orders that took no credits, as far as anybody knows."""
# Nearly all are done: asked first, which spares most rows the rest of the question.
_is_done = orders.c.step == "done"
_full = sa.func.coalesce(orders.c.cost, orders.c.price, 0.0)
_worth = sa.case((NOTHING_TAKEN, 0.0), else_=_full)
_is_under_way = sa.and_(orders.c.step.not_in((*ENDED, "held")), orders.c.cost.is_(None))
_is_unknown = sa.and_(_is_under_way, orders.c.price.is_(None))
_SUMS = (
    sa.func.sum(sa.case((_is_done, _full), (_is_under_way, 0.0), else_=_worth)),
    sa.func.sum(sa.case((_is_done, 0.0), (_is_under_way, _worth), else_=0.0)),
    sa.func.sum(sa.case((_is_done, 0), (_is_unknown, 1), else_=0)),
)
"""What is spent, what is under way, and how many are of an unknown price."""


def read_standings(connection: Connection, mine: sa.ColumnElement[bool], budgets: Budgets, now: float) -> Standings:
    """As they are in this transaction, in the month of `now`."""
    month = budgets.month(now)
    chosen = (
        sa.select(orders.c.person, *_SUMS)
        .where(mine, orders.c.passed_at >= month.start, orders.c.passed_at < month.end)
        .group_by(orders.c.person)
    )
    found = {row[0]: Standing(float(row[1]), float(row[2]), int(row[3])) for row in connection.execute(chosen)}
    given = budgets.given(connection)
    each = {
        person: replace(found.get(person, Standing()), limit=given.get(person, budgets.person))
        for person in found.keys() | given.keys()
    }
    return Standings(month, sum(found.values(), Standing(limit=budgets.team)), each, budgets.person)


def pass_or_hold(rows: Sequence[Mapping[str, Any]], standings: Standings, now: float) -> list[dict[str, Any]]:
    """The same orders, each of which goes while there is room for it, and else is held. Oldest first."""
    persons, team, decided = dict(standings.persons), standings.team, []
    for row in rows:
        own, price = persons.get(row["person"], standings.of(row["person"])), row.get("price")
        if own.has_room(price) and team.has_room(price):
            persons[row["person"]], team = own.with_order(price), team.with_order(price)
            decided.append({**row, "step": "waiting", "passed_at": now})
        else:
            decided.append({**row, "step": "held", "passed_at": None})
    return decided
