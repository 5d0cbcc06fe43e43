"""How many credits a month may be spent: the usual budget of a person, that of the team, and whose is another one.

A month is the calendar's, where the team is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from kling.store.tables import people as table


@dataclass(frozen=True)
class Month:
    """Start and end in seconds since the epoch; the end is the next one's start."""

    start: float
    end: float
    name: str
    """As people say it: November."""


@dataclass(frozen=True)
class Budgets:
    """Credits a month; None where there is no end to them."""

    person: float | None = None
    team: float | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    def month(self, now: float) -> Month:
        """The month of a moment (seconds since the epoch)."""
        start = datetime.fromtimestamp(now, UTC).astimezone(self.zone)
        start = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
        end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
        return Month(start.timestamp(), end.timestamp(), f"{start:%B}")

    def given(self, connection: Connection) -> dict[str, float]:
        """The budgets of those who have another than the usual one, read in somebody's transaction."""
        chosen = sa.select(table.c.email, table.c.budget).where(table.c.budget.is_not(None))
        return {row.email: row.budget for row in connection.execute(chosen)}
