"""How many credits a month may be spent: the usual budget of a person, that of the team, and whose is another one.

A month is the calendar's, where the team is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.orders.months import Month, month_of
from kling.store.tables import people as table


@dataclass(frozen=True)
class Budgets:
    """Credits a month; None where there is no end to them."""

    person: float | None = None
    team: float | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def month(self, now: float) -> Month:
        """The month of a moment (seconds since the epoch)."""
        return month_of(now, self.zone)

    def given(self, connection: Connection) -> dict[str, float]:
        """The budgets of those who have another than the usual one, read in somebody's transaction."""
        chosen = sa.select(table.c.email, table.c.budget).where(table.c.budget.is_not(None))
        return {row.email: row.budget for row in connection.execute(chosen)}
