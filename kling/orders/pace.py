"""How patient the orders are."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """Waits and limits in seconds."""

    settling: float = 180.0
    """After a lost answer: how long Kling gets to show a task before the request is sent again."""
    settling_silence: float = 300.0
    """The same after silence, or an answer that cannot be read: then a person is asked."""
    silence: float = 30.0
    """An answer that did not come for so long is silence."""
    post_alive: float = 90.0
    """How long a paid request of a worker that is gone may still be on its way: the client's patience, and a margin."""
    looks: float = 2.0
    """Between two looks for a request that may have arrived; doubles up to five times as much."""
    looking_holds: float = 10.0
    """So long an order that is looked for keeps its place; after that the places that Kling tells decide."""
    grant: float = 4.0
    """From asking the database for the last time to the first byte of a paid request, at most; well below `dead`."""
    account_looks: float = 10.0
    """Until the first look whether an account that is held works again; looks become rarer with time."""
    follow: float = 5.0
    """Between two looks at a task, at most."""
    follow_first: float = 0.05
    """The same, at least."""
    missing: float = 60.0
    """How long a task may be unknown, or final without anything made, until that is believed."""
    overdue: float = 1200.0
    """So long after its expected time an unfinished task is told about."""
    beat: float = 2.0
    """Between two heartbeats."""
    dead: float = 10.0
    """Without a heartbeat for so long, a worker is taken for dead."""
    capacity: float = 2.0
    """How old what is known of the free places, and of the newest tasks, may be."""
    stop: float = 20.0
    """So long at most a stop waits for the answers to paid requests that have left."""
    storage: float = 1.0
    """Until the first new try after a fault of the database or the disk; doubles up to ten times as much."""

    @property
    def longest_look(self) -> float:
        """How long a lost request is looked for, at most, while Kling answers."""
        return max(self.settling, self.settling_silence, self.post_alive)


def boottime() -> float:
    """Seconds that never step and that count a suspended machine's sleep, where the system has such a clock."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)
