"""A worker that stands still between any two of its calls to the database, or right before the paid request, while
another one lives on for some minutes: paid once all the same, and never without an owner."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from kling.orders import VideoOrder
from kling.orders.context import ClaimLost, Context
from kling.orders.placing import request_of, video_row
from kling.orders.queue import Places
from kling.orders.records import ENDED
from kling.orders.repository import Repository
from kling.orders.rows import Claim
from kling.orders.sending import send_request, use_grant
from kling.orders.settling import look_once
from kling.store import Store
from kling.store.tables import orders as table
from tests.orders.upstream import Kling, request

MINUTES = 6
PAID_REQUEST = 0


class Worker:
    """A process with a connection of its own to the database, whose steps are taken one by one."""

    def __init__(self, name: str, kling: Kling, folder: Path, time: list[float]) -> None:
        self.time = time
        self.store = Store(f"sqlite:///{folder}/orders.sqlite")
        self.store.open()
        repository = Repository(self.store, "test", lambda: time[0])
        self.context = Context(repository, lambda _: kling, name, "home", folder, monotonic=lambda: time[0])
        self.began = 0.0

    def turn(self) -> None:
        self.context.grants.grant("", lambda *_: Places(5), self.context.me, "home", 10.0, 10.0)

    def row(self) -> Any:
        return self.context.repository.get("a")

    def claim(self) -> Claim:
        return Claim("a", self.context.me, self.row()["run"])

    def use_turn(self) -> None:
        row = self.row()
        use_grant(self.context, Claim("a", self.context.me, row["run"]), row, request_of(row))

    def live_on(self) -> None:
        """What it does in a minute, of whatever there is to do."""
        self.time[0] += 60.0
        self.context.workers.heartbeat(self.context.me)
        ages = self.context.workers.ages()
        for row in self.context.workers.owned():
            if row["worker"] != self.context.me and ages.get(row["worker"], 99.0) > self.context.pace.dead:
                self.context.workers.take(row, self.context.me, "home")
        self.turn()
        row = self.row()
        if row["worker"] == self.context.me:
            self._carry_on(row)

    def _carry_on(self, row: Any) -> None:
        if row["step"] == "granted":
            self.use_turn()
        elif row["step"] == "request":
            send_request(self.context, self.claim())
        elif row["step"] == "looking":
            self.began = self.began or self.time[0]
            look_once(self.context, self.claim(), row, self.time[0] - self.began, 1)


class Pause:
    """Lets a thread stand still at one of its calls, until it may go on."""

    def __init__(self, worker: Worker, at: int) -> None:
        self._calls, self._at = 0, at
        self._is_still, self._may_go_on, self.was_reached = threading.Event(), threading.Event(), False
        self._worker = worker
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        try:
            self._worker.use_turn()
        except ClaimLost:
            pass
        finally:
            self._is_still.set()

    def begin(self) -> None:
        """Until it stands still, or is done."""
        self._thread.start()
        assert self._is_still.wait(30)

    def end(self) -> None:
        self._may_go_on.set()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def before_call(self, *_: Any) -> None:
        """Of the database: no transaction has begun."""
        if threading.current_thread() is self._thread:
            self._calls += 1
            if self._calls == self._at:
                self._stand_still()

    def before_paid_request(self) -> None:
        if threading.current_thread() is self._thread and self._at == PAID_REQUEST:
            self._stand_still()

    def _stand_still(self) -> None:
        self.was_reached = True
        self._is_still.set()
        assert self._may_go_on.wait(30)


@contextmanager
def two_workers(folder: Path, kling: Kling) -> Iterator[tuple[Worker, Worker]]:
    """The first has an order whose turn has come."""
    folder.mkdir()
    time = [1000.0]
    ann, bob = (Worker(name, kling, folder, time) for name in ("ann", "bob"))
    ann.context.repository.add([video_row(VideoOrder("a", "V", request()), "", "", "", "home", time[0])])
    for each in (ann, bob):
        each.context.workers.heartbeat(each.context.me)
    ann.turn()
    ann.context.repository.update("a", step="ready")
    ann.turn()
    yield ann, bob
    for each in (ann, bob):
        each.store.close()


def paid(folder: Path, at: int) -> tuple[int, bool]:
    """How often the order was paid when its worker stood still at this call; and whether there was such a call."""
    kling = Kling()
    with two_workers(folder, kling) as (ann, bob):
        pause = Pause(ann, at)
        sa.event.listen(ann.store.engine, "checkout", pause.before_call)
        kling.take_hook = pause.before_paid_request
        pause.begin()
        for _ in range(MINUTES if pause.was_reached else 0):
            bob.live_on()
        pause.end()
        bob.live_on()
        row = bob.row()
        assert row["step"] in (*ENDED, "accepted") or row["worker"]
        return len(kling.made), pause.was_reached


def most_paid(folder: Path) -> int:
    """The most that was paid, wherever its worker stood still."""
    found = [paid(folder / "request", PAID_REQUEST)[0]]
    for at in itertools.count(1):
        count, was_reached = paid(folder / str(at), at)
        found.append(count)
        if not was_reached:
            assert at > 3
            return max(found)
    raise AssertionError


def test_wherever_a_worker_stands_still_its_order_is_paid_once(tmp_path: Path) -> None:
    assert most_paid(tmp_path) == 1


def test_without_the_compare_and_set_it_would_be_paid_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the test above is known to see it."""

    def begin_sending(self: Repository, claim: Claim, turn: int, **changes: Any) -> bool:
        with self.transaction() as connection:
            connection.execute(sa.update(table).where(self.is_order(claim.order_id)).values(step="request", **changes))
        return True

    monkeypatch.setattr(Repository, "begin_sending", begin_sending)
    assert most_paid(tmp_path) == 2
