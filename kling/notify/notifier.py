"""Tells the web hook what has finished, from a thread of its own; what it meets never touches an order.

Every end is one row, written by whichever process sees it first and sent by whichever takes it first. A message is
marked before it leaves: one that may have arrived is never sent again, one that certainly did not is.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kling.http.post_json import Taken, post_json
from kling.notify.choices import Choices
from kling.notify.formats import Message, body_for
from kling.orders.records import ENDED
from kling.store import Store
from kling.store.tables import notices as table
from kling.store.tables import orders

EVERY = 5.0
"""Seconds between two looks."""
WAITS_FOR_SOMEBODY = ("unknown", "held")
"""A doubt that a person must resolve, and what waits for room in a budget."""
LOOKS_BACK = 86_400.0
"""Seconds: what ended so long before a start is still told."""
OVERLAP = 60.0
"""Seconds: an end is written down a little after its time."""
RETRY_FIRST, RETRY_MOST, GIVEN_UP = 10.0, 3600.0, 86_400.0
KEPT = 30 * 86_400.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """One order of what has finished."""

    id: str
    title: str
    step: str
    task_id: int | None


@dataclass(frozen=True)
class Notice:
    """What one message is about: an order by itself, or all of a batch. `key` stands for this end of it."""

    key: str
    person: str
    batch: str
    orders: tuple[Ending, ...]


class Notifier:
    """One a process. `compose` makes the message of what has finished; `now` is the clock that all processes share."""

    def __init__(
        self,
        store: Store,
        service: str,
        url: str,
        compose: Callable[[Notice], Message],
        *,
        now: Callable[[], float] = time.time,
        post: Callable[[str, Any], tuple[Taken, str]] = post_json,
    ) -> None:
        self._store = store
        self._service = service
        self._url = url
        self._compose = compose
        self._now = now
        self._post = post
        self._choices = Choices(store, now)
        self._seen_until: float | None = None
        self._is_failing = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="kling-notify", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(15)

    def _run(self) -> None:
        while not self._stopping.wait(EVERY):
            try:
                self.look()
                self._is_failing = False
            except Exception as fault:  # whatever it is, a later look may do better
                if not self._is_failing:
                    log.error("What has finished cannot be told elsewhere at the moment: %s", type(fault).__name__)
                self._is_failing = True

    def look(self) -> None:
        """Write down what has finished since the last look, and send what is due."""
        self._store.open()
        now = self._now()
        since = now - LOOKS_BACK if self._seen_until is None else self._seen_until - OVERLAP
        for notice in self._ended(since):
            self._write(notice, now)
        self._seen_until = now
        for row in self._due(now):
            self._send(row)

    # What has finished

    def _ended(self, since: float) -> list[Notice]:
        wanted = self._choices.team_recipients()
        if not wanted:
            return []
        columns = (orders.c.id, orders.c.title, orders.c.step, orders.c.task_id, orders.c.person, orders.c.batch,
                   orders.c.ended_at)  # fmt: skip
        mine = (orders.c.service == self._service, orders.c.person.in_(wanted))
        ended = (orders.c.step.in_(ENDED), orders.c.ended_at >= since)
        with self._store.engine.connect() as connection:
            found = [row for row in connection.execute(sa.select(*columns).where(*mine, *ended))
                     if row.ended_at >= wanted[row.person]]  # fmt: skip
            alone = [_notice_of(row.person, "", [row]) for row in found if not row.batch]
            batches = {(row.person, row.batch) for row in found if row.batch}
            whole = [
                _notice_of(person, batch, connection.execute(
                    sa.select(*columns).where(*mine, orders.c.person == person, orders.c.batch == batch)
                    .order_by(orders.c.placed_at, orders.c.id)
                ).all())
                for person, batch in sorted(batches)
            ]  # fmt: skip
        return [notice for notice in [*alone, *whole] if _is_news(notice)]

    def _write(self, notice: Notice, now: float) -> None:
        """Once for all processes."""
        message = self._compose(notice)
        row = {
            "service": self._service, "key": notice.key, "person": notice.person, "state": "due", "due_at": now,
            "created_at": now, "tries": 0,
            "message": json.dumps([message.text, message.link, dict(message.facts)]),
        }  # fmt: skip
        is_this = (table.c.service == self._service, table.c.key == notice.key)
        with self._store.alone("kling notices") as connection:
            if not connection.execute(sa.select(table.c.key).where(*is_this)).first():
                connection.execute(sa.insert(table), row)
            connection.execute(sa.delete(table).where(table.c.created_at < now - KEPT))

    # Sending

    def _due(self, now: float) -> Sequence[Any]:
        mine = (table.c.service == self._service, table.c.state == "due", table.c.due_at <= now)
        with self._store.engine.connect() as connection:
            return connection.execute(sa.select(table).where(*mine).order_by(table.c.due_at).limit(20)).all()

    def _send(self, row: Any) -> None:
        """Mark it as on its way, send it, and write down what became of it."""
        if not self._change(row.key, "due", state="sending", tries=row.tries + 1):
            return  # another process was first
        text, link, facts = json.loads(row.message)
        taken, why = self._post(self._url, body_for(self._url, Message(text, link, facts)))
        now = self._now()
        if taken == "not taken" and now - row.created_at < GIVEN_UP:
            wait = min(RETRY_MOST, RETRY_FIRST * 2.0 ** min(row.tries, 16))
            self._change(row.key, "sending", state="due", due_at=now + wait)
        else:
            self._change(row.key, "sending", state="sent" if taken == "taken" else "lost")
        if taken != "taken":
            log.warning("The web hook did not take a message: %s", why)

    def _change(self, key: str, only_in: str, **changes: Any) -> bool:
        chosen = sa.update(table).where(table.c.service == self._service, table.c.key == key, table.c.state == only_in)
        with self._store.engine.begin() as connection:
            return bool(connection.execute(chosen.values(**changes)).rowcount)


def _notice_of(person: str, batch: str, rows: Iterable[Any]) -> Notice:
    """The key changes when there is something new to say: a batch that was added to, a doubt that was resolved, an
    order that an admin let pass."""
    found = tuple(Ending(row.id, row.title, row.step, row.task_id) for row in rows)
    open_ones = sum(each.step in WAITS_FOR_SOMEBODY for each in found)
    end = f"batch {batch} {len(found)} {open_ones}" if batch else f"order {found[0].id} {found[0].step}"
    return Notice(end, person, batch, found)


def _is_news(notice: Notice) -> bool:
    """Whether nothing of it goes on by itself any more, and something of it ended by itself."""
    steps = {each.step for each in notice.orders}
    return steps <= {*ENDED, *WAITS_FOR_SOMEBODY} and not steps <= {"cancelled", "held"}
