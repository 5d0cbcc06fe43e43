"""How often a person may do what others have to wait for, or pay for: generous for people, too little for a program."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal, NamedTuple

Kind = Literal["orders", "uploads", "deletions", "sign-ins", "shares"]


class Rate(NamedTuple):
    """So many at once, and from then on so many a minute."""

    at_once: int
    a_minute: int


# A table may hold 2,000 videos; several at once 200, made of as many pictures.
RATES: dict[Kind, Rate] = {
    "orders": Rate(4000, 120),
    "uploads": Rate(400, 120),
    "deletions": Rate(500, 60),
    "sign-ins": Rate(20, 20),
    # A browser asks for a video in many pieces.
    "shares": Rate(300, 120),
}
PERSONS = 10_000
"""Remembered at a time; those who did nothing for longest are forgotten, and begin anew."""


class Rates:
    """A bucket for each person and kind, which fills again with time. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: OrderedDict[tuple[Kind, str], tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, kind: Kind, person: str, count: int = 1) -> bool:
        """Whether this person may do so many more now; if not, none is counted."""
        rate, now = RATES[kind], self._clock()
        with self._lock:
            left, since = self._left.get((kind, person), (float(rate.at_once), now))
            left = min(float(rate.at_once), left + (now - since) * rate.a_minute / 60)
            may = left >= count
            self._left[kind, person] = (left - count if may else left, now)
            self._left.move_to_end((kind, person))
            while len(self._left) > PERSONS:
                self._left.popitem(last=False)
        return may
