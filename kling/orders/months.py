"""Months of the calendar where the team is."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Month:
    """Its start and that of the next one in seconds since the epoch."""

    year: int
    number: int
    start: float
    end: float

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def name(self) -> str:
        """As people say it: November."""
        return calendar.month_name[self.number]


def month_of(moment: float, zone: ZoneInfo) -> Month:
    """The month of a moment (seconds since the epoch)."""
    start = datetime.fromtimestamp(moment, UTC).astimezone(zone)
    start = start.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
    return Month(start.year, start.month, start.timestamp(), end.timestamp())


def months_between(first: float, last: float, zone: ZoneInfo) -> list[Month]:
    """Every month from the one of `first` to that of `last`, newest first."""
    found = [month_of(last, zone)]
    while found[-1].start > first:
        found.append(month_of(found[-1].start - 1, zone))
    return found
