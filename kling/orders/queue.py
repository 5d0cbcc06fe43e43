"""The line: whose turn it is, how long to wait, and what an error means for an order. Nothing here has a side effect.

Turns go round between people: one of each, then again one of each, whoever has waited longest since their last turn
first. Times are seconds since the epoch, waits seconds.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kling.errors import (
    AccountBroken,
    KlingError,
    PaymentNeeded,
    RateLimited,
    ServerError,
    Unauthorized,
    UnexpectedAnswer,
)
from kling.errors import Unreachable as Unreached

HALTING = (AccountBroken, PaymentNeeded, Unauthorized)
"""No credits, no subscription, no connection: no order of the account can be made until somebody mends that."""

BUSY_SECONDS = 10.0
BUSY_AT_MOST = 120.0
FAULT_SECONDS = 2.0
FAULT_AT_MOST = 60.0
FAULTY_TRIES = 8
"""After so many faults of the server in a row, an order ends: nothing is at Kling, and somebody should know."""
WITHOUT_WORD = 1
"""How many are sent at a time while nobody knows how many places there are."""

SENDING = ("granted", "request", "looking", "lost")
What = Literal["wait", "pause", "look", "end"]


@dataclass(frozen=True)
class Verdict:
    """What to do about an error: wait and go on, hold the line of the account, look whether it arrived, or end."""

    what: What
    seconds: float = 0.0


@dataclass(frozen=True)
class Ticket:
    """One order of the line, as far as turns depend on it."""

    id: str
    person: str
    placed_at: float
    step: str
    worker: str | None = None
    home: str | None = None
    not_before: float | None = None
    likeness: str = ""
    max_jobs: int | None = None
    unsure_at: float | None = None
    paused_at: float | None = None
    """When a person stopped it."""


@dataclass(frozen=True)
class Places:
    """How many Kling works on at a time for the account, and how many of those are not ours."""

    at_most: int = WITHOUT_WORD
    others: int = 0


def verdict(error: KlingError, tries: int, jitter: float, *, is_paid: bool) -> Verdict:
    """What `error` means after so many `tries` (0 for the first); `jitter` from 0 to 1 adds up to a quarter."""
    if isinstance(error, RateLimited):
        wait = error.retry_after if error.retry_after else _doubling(BUSY_SECONDS, tries, BUSY_AT_MOST)
        return Verdict("wait", wait * (1 + jitter / 4))
    if isinstance(error, HALTING):
        return Verdict("pause")
    if isinstance(error, Unreached) and error.sent is False:
        return Verdict("wait", _doubling(FAULT_SECONDS, tries, FAULT_AT_MOST) * (1 + jitter / 4))
    if isinstance(error, ServerError | UnexpectedAnswer | Unreached):
        if is_paid:
            return Verdict("look")
        if tries < FAULTY_TRIES:
            return Verdict("wait", _doubling(FAULT_SECONDS, tries, FAULT_AT_MOST) * (1 + jitter / 4))
    return Verdict("end")


def _doubling(first: float, tries: int, at_most: float) -> float:
    return float(min(at_most, first * 2.0 ** min(tries, 16)))


def in_turn(tickets: Iterable[Ticket], last_turns: Mapping[str, float]) -> list[Ticket]:
    """The whole line, next first. `last_turns` tells when each person last had one."""
    queues: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in sorted(tickets, key=lambda ticket: (ticket.placed_at, ticket.id)):
        queues[ticket.person].append(ticket)
    people = sorted(queues, key=lambda person: (last_turns.get(person, 0.0), queues[person][0].placed_at))
    rounds = max(map(len, queues.values()), default=0)
    return [queues[person][lap] for lap in range(rounds) for person in people if lap < len(queues[person])]


def settled(ticket: Ticket, now: float, holds: float) -> Ticket:
    """An order that is looked for keeps its place for a while; then it is "lost": if Kling does work on it, its job is
    told like that of anybody, and the others go on."""
    is_lost = ticket.step == "looking" and ticket.unsure_at is not None and now - ticket.unsure_at > holds
    return replace(ticket, step="lost") if is_lost else ticket


def may_begin(
    tickets: Sequence[Ticket], last_turns: Mapping[str, float], places: Places, me: str, home: str, workers: int = 1
) -> list[str]:
    """Ids of the orders to make ready now: as many ahead of the free places as there are places.

    Of all that is in hand, each of several workers takes its share.
    """
    going = [ticket for ticket in tickets if ticket.paused_at is None]
    ahead = sum(ticket.step in ("picture", "video", "cover", "ready") for ticket in going)
    in_hand = sum(ticket.worker == me and ticket.step != "lost" for ticket in going)
    share = math.ceil(2 * max(2, places.at_most) / max(1, workers))
    room = min(max(2, places.at_most) - ahead, share - in_hand)
    waiting = (ticket for ticket in going if ticket.step == "waiting")
    line = [ticket for ticket in in_turn(waiting, last_turns) if ticket.home in (None, home)]
    return [ticket.id for ticket in line[: max(0, room)]]


def may_be_sent(
    tickets: Sequence[Ticket], last_turns: Mapping[str, float], places: Places, me: str, now: float
) -> list[str]:
    """Ids of the orders of this worker whose turn it is. Those of other workers keep their places free."""
    busy = sum(ticket.step in ("granted", "request", "looking", "accepted") for ticket in tickets) + places.others
    # Two that Kling shows alike are never on their way at once: one found there must belong to one of them.
    alike = {ticket.likeness for ticket in tickets if ticket.step in SENDING}
    granted: list[str] = []
    ready = (ticket for ticket in tickets if ticket.step == "ready" and ticket.paused_at is None)
    for ticket in in_turn(ready, last_turns):
        if busy >= places.at_most:
            break
        if (ticket.not_before or 0) > now or ticket.likeness in alike or busy >= (ticket.max_jobs or busy + 1):
            continue
        busy += 1
        alike.add(ticket.likeness)
        if ticket.worker == me:
            granted.append(ticket.id)
    return granted


def places_in_line(tickets: Iterable[Ticket], last_turns: Mapping[str, float]) -> dict[str, int]:
    """How many turns it takes until that of each order in the line, 1 for the next; what is paused is in none."""
    unsent = (ticket for ticket in tickets if ticket.step not in (*SENDING, "accepted") and ticket.paused_at is None)
    return {ticket.id: place for place, ticket in enumerate(in_turn(unsent, last_turns), 1)}
