"""The way of orders through everything that may befall them, at random: paid at most once, never without an owner.

Two workers on one database take single steps, in any order: each may crash or fall asleep between any two of them, and
right before and after the paid request. Upstream loses answers, shows tasks late, refuses what it made, and its clock
steps. Nothing waits: time is a number, and the steps are those that the real threads take.

`KLING_MODEL_RUNS` is how many runs are made.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kling import MotionCreateRequest
from kling.errors import KlingError
from kling.orders import Pace, VideoOrder
from kling.orders.context import ClaimLost, Context
from kling.orders.placing import request_of, video_row
from kling.orders.queue import Places
from kling.orders.records import ENDED, LIVE
from kling.orders.repository import Repository
from kling.orders.rows import Claim
from kling.orders.sending import send_request, use_grant
from kling.orders.settling import look_once
from kling.store import Store
from tests.orders.model_upstream import Crash, Upstream
from tests.ready_database import put_ready_database

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
RUNS = int(os.environ.get("KLING_MODEL_RUNS", "200"))
PACE = Pace()
PHASES = tuple(Phase)
LATE_AT_MOST = 120.0
"""Seconds until a task shows whose answer was lost."""
WORKERS, ORDERS = ("ann", "bob"), ("a", "b", "c")
WORKER, ORDER = st.sampled_from(WORKERS), st.sampled_from(ORDERS)
FATES = (
    "answered", "lost", "lost before", "busy", "busy but made", "crash before", "crash after", "asleep before",
    "asleep with the turn",
)  # fmt: skip


class Model(RuleBasedStateMachine):
    """What may happen, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_800_000_000.0
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY)
        put_ready_database(Path(self.folder.name))
        self.store = Store(f"sqlite:///{self.folder.name}/orders.sqlite")
        sa.event.listen(self.store.engine, "connect", lambda each, _: each.execute("PRAGMA synchronous=OFF"))
        self.upstream = Upstream(self)
        self.paid: Counter[str] = Counter()
        self.sanctioned: Counter[str] = Counter()
        """How often a person had an order sent again."""
        self.workers: dict[str, Context] = {}
        self.births = 0
        self.sleeping: Context | None = None
        self.began: dict[tuple[str, int], float] = {}

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        for name in WORKERS:
            self._start(name)
        request = MotionCreateRequest(work_id=-1, image="https://cdn/p.jpg")
        rows = [
            video_row(VideoOrder(each, each, request.model_copy(update={"prompt": each})), "", "", "", "home", self.now)
            for each in ORDERS
        ]
        self._any().repository.add(rows)

    def _start(self, name: str) -> None:
        self.births += 1
        repository = Repository(self.store, "test", lambda: self.now)
        context = Context(
            repository, lambda _: self.upstream, f"{name} {self.births}", "home", Path(self.folder.name), PACE,
            monotonic=lambda: self.now,
        )  # fmt: skip
        context.rest = lambda seconds: None  # type: ignore[method-assign]
        context.workers.heartbeat(context.me)
        self.workers[name] = context

    def _any(self) -> Context:
        return self.workers["ann"]

    def _rows(self) -> dict[str, Any]:
        """All orders by id, as they stand: asked so often that a query built each time would take most of the run."""
        with self.store.engine.connect() as connection:
            found = connection.exec_driver_sql("SELECT id, step, run, worker FROM kling_orders").mappings()
            return {row["id"]: row for row in found}

    def _row(self, order_id: str) -> Any:
        return self._rows()[order_id]

    def _claim(self, name: str, order_id: str) -> Claim | None:
        """What this worker would act upon: what it last knew, even where the order is another's by now."""
        context = self.workers[name]
        run = context.active[order_id] if order_id in context.active else self._row(order_id)["run"]
        return Claim(order_id, context.me, run)

    # The workers' steps

    @rule(name=WORKER)
    def give_turns(self, name: str) -> None:
        context = self.workers[name]
        begun, _ = context.grants.grant("", lambda *_: Places(2), context.me, "home", PACE.dead, PACE.looking_holds)
        context.active.update(begun)

    @rule(name=WORKER, order_id=ORDER, fate=st.sampled_from(FATES), late=st.floats(0.0, LATE_AT_MOST))
    def send(self, name: str, order_id: str, fate: str, late: float) -> None:
        context, row = self.workers[name], self._row(order_id)
        claim = self._claim(name, order_id)
        assert claim is not None
        self.upstream.fate, self.upstream.late, self.upstream.asked_for = fate, late, order_id
        try:
            if row["step"] == "picture":
                context.update(claim, step="ready", likeness=order_id)
            elif row["step"] in ("granted", "request"):
                self._send(context, claim)
        except ClaimLost:
            context.active.pop(order_id, None)
        except Crash:
            self._start(name)
        self.upstream.fate = "answered"

    @rule(name=WORKER, order_id=ORDER, fate=st.sampled_from(FATES), late=st.floats(0.0, LATE_AT_MOST))
    def send_at_once(self, name: str, order_id: str, fate: str, late: float) -> None:
        """All steps up to the paid request by whoever has the order: by single ones, few come so far in a short run."""
        row = self._row(order_id)
        owner = next((each for each in WORKERS if self.workers[each].me == row["worker"]), name)
        if row["step"] in ("waiting", "picture", "ready"):
            self.give_turns(owner)
        if self._row(order_id)["step"] == "picture":
            self.send(owner, order_id, "answered", 0.0)
            self.give_turns(owner)
        self.send(owner, order_id, fate, late)

    def _send(self, context: Context, claim: Claim) -> None:
        row, self.sleeping = context.row(claim), context
        if row["step"] == "granted":
            use_grant(context, claim, row, request_of(row))
        else:
            send_request(context, claim)

    @rule(name=WORKER, order_id=ORDER)
    def look(self, name: str, order_id: str) -> None:
        context, claim = self.workers[name], self._claim(name, order_id)
        assert claim is not None
        try:
            row = context.row(claim)
            if row["step"] == "looking":
                began = self.began.setdefault((order_id, row["run"]), self.now)
                if look_once(context, claim, row, self.now - began, 1) is not None:
                    self.began.pop((order_id, row["run"]), None)
        except (ClaimLost, KlingError):
            context.active.pop(order_id, None)

    @rule(name=WORKER)
    def supervise(self, name: str) -> None:
        """Alive, and taking over from who is not: a worker of before, or one that has been asleep for long."""
        context = self.workers[name]
        context.workers.heartbeat(context.me)
        ages = context.workers.ages()
        for row in context.workers.owned():
            age = ages.get(row["worker"])
            is_mine = row["worker"] == context.me
            if (is_mine and row["id"] not in context.active) or (not is_mine and (age is None or age > PACE.dead)):
                run = context.workers.take(row, context.me, "home")
                if run is not None:
                    context.active[row["id"]] = run
        assert all(row["worker"] for row in context.workers.owned())

    # What befalls them

    def others_go_on(self, order_id: str) -> None:
        """One worker sleeps right before its paid request: the other one does all that it does in a minute."""
        for _ in range(6):
            self.now += 20.0
            for name in WORKERS:
                if self.workers[name] is not self.sleeping:
                    self.supervise(name)
                    self.give_turns(name)
                    self.send(name, order_id, "answered", 0.0)
                    self.look(name, order_id)

    @precondition(lambda self: any(worker.active for worker in self.workers.values()))
    @rule(name=WORKER)
    def crash(self, name: str) -> None:
        self._start(name)

    @rule(seconds=st.sampled_from([1.0, 5.0, 12.0, 60.0, 200.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(step=st.sampled_from([0, -600, 2]))
    def upstreams_clock_steps(self, step: int) -> None:
        self.upstream.step = step

    # People

    @precondition(lambda self: any(row["step"] == "unknown" for row in self._rows().values()))
    @rule()
    def a_person_sends_again(self) -> None:
        for order_id, row in self._rows().items():
            if row["step"] == "unknown":
                self.sanctioned[order_id] += 1
                self._any().decide(
                    order_id,
                    ("unknown",),
                    step="waiting",
                    doubt="person",
                    worker=None,
                    run=row["run"] + 1,
                    ended_at=None,
                )

    # What must hold

    @invariant()
    def nothing_is_paid_twice_unless_a_person_said_so(self) -> None:
        for order_id, count in self.paid.items():
            assert count <= 1 + self.sanctioned[order_id], order_id

    @invariant()
    def what_is_refused_or_waits_was_not_paid(self) -> None:
        if not self.workers:
            return
        for order_id, row in self._rows().items():
            if row["step"] == "refused":
                assert not self.paid[order_id], order_id

    @invariant()
    def nothing_is_without_an_owner(self) -> None:
        """Whatever has begun has a worker; one that is gone is known by its age, and is taken over.

        Only what was paid by a worker that had lost it meanwhile has none, until the next look after all of them.
        """
        if not self.workers:
            return
        for order_id, row in self._rows().items():
            assert row["step"] in (*LIVE, *ENDED)
            assert row["step"] in ("waiting", "accepted", *ENDED) or row["worker"], order_id


def test_orders_are_paid_at_most_once_and_never_without_an_owner() -> None:
    run_state_machine_as_test(
        Model,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=PHASES,
            database=None,
        ),
    )
