"""DBOS around the steps: an order's work goes on where it stopped, in this process or in another one.

One engine a process. The only input of a workflow is the order's id and the number of its run; everything else is in
the book, and the token is nowhere but in the client.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

from dbos import DBOS, DBOSConfig, SetWorkflowID, error
from sqlalchemy.exc import SQLAlchemyError

from kling.errors import NotConfigured
from kling.orders import steps
from kling.orders.steps import Desk, Left
from kling.orders.workflows import purge_daily, workflow_id

VERSION = "1"
"""Of the workflow below. A pending order is only taken up by the same one: raise it when its steps change."""
LOOKS_AT_LINE = 1.0
"""Seconds from one look at the line to the next where nothing tells that it has moved: for what other processes place,
and for turns that come with time."""
NOT_BEGUN = (
    "The database could not be prepared for orders, so nothing can be sent. The log says why; often the user in "
    "KLING_DATABASE_URL may not create a schema."
)
LISTENS = 0.1
"""Seconds between two looks of DBOS for messages between workflows. There are none here, so a look costs nothing; but a
stop waits for the next one."""
log = logging.getLogger(__name__)
_desk: Desk | None = None
_running: Engine | None = None


def _here() -> Desk:
    if _desk is None or _desk.stopping.is_set():
        raise Left
    return _desk


@DBOS.step(name="prepare")
def _prepare(order_id: str) -> str:
    return steps.prepare(_here(), order_id)


@DBOS.step(name="hand in")
def _hand_in(order_id: str) -> str:
    return steps.hand_in(_here(), order_id)


@DBOS.step(name="find out")
def _find_out(order_id: str) -> str:
    return steps.find_out(_here(), order_id)


@DBOS.step(name="follow")
def _follow(order_id: str) -> str:
    return steps.follow(_here(), order_id)


@DBOS.step(name="settle")
def _settle(order_id: str) -> None:
    steps.settle(_here(), order_id)


@DBOS.workflow(name="order")
def carry_out(order_id: str, run: int) -> str:
    """One order, from its files to its end."""
    word = _prepare(order_id)
    while word in ("ready", "again", "look"):
        word = _find_out(order_id) if word == "look" else _hand_in(order_id)
    if word == "accepted":
        word = _follow(order_id)
        _settle(order_id)
    return word


class Engine:
    """Starts and recovers the work; tells other processes that this one is alive, and takes over from dead ones."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._threads: list[threading.Thread] = []
        self._lock: int | None = None

    def start(self) -> None:
        """Begin, and end with the process. The engine of a process that had another one before takes its place.

        `NotConfigured` when the database does not let it: then nothing has begun, and another one may try again.
        """
        global _desk, _running
        if _running is not None:
            _running.stop()
        _running, _desk = self, self.desk
        try:
            self._launch()
        except (SQLAlchemyError, error.DBOSException) as fault:
            self._release()
            log.error("The work on orders could not begin: %s", getattr(fault, "orig", None) or type(fault))
            raise NotConfigured(NOT_BEGUN) from None
        _at_exit(self.stop)
        for name, work in (("line", self._run_line), ("watch", self._run_watch), ("purge", self._run_purge)):
            self._threads.append(threading.Thread(target=work, name=f"kling-orders-{name}", daemon=True))
            self._threads[-1].start()

    def _launch(self) -> None:
        self._lock = _take_lock(self._lock_path(self.desk.me))
        self.desk.book.is_here(self.desk.me, self.desk.clock())
        DBOS(config=self._config())
        DBOS.launch()

    def stop(self) -> None:
        """Leave everything as it is; whoever starts next goes on with it."""
        global _running
        if _running is not self:
            return
        _running = None
        self.desk.stopping.set()
        self.desk.notify()
        self.desk.turns.set()
        for thread in self._threads:
            thread.join(10)
        self._release()

    def _release(self) -> None:
        """Let go of everything that `_launch` took."""
        global _desk, _running
        _running = None
        DBOS.destroy()
        with suppress(SQLAlchemyError):  # others see by the lock that this worker is gone
            self.desk.book.leave(self.desk.me)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            self._lock_path(self.desk.me).unlink(missing_ok=True)
        _desk = None
        self.desk.book.store.close()

    def _config(self) -> DBOSConfig:
        # Nothing is served and nothing is sent outside: no conductor, no traces; only faults are logged.
        return {
            "name": "kling-orders",
            "system_database_engine": self.desk.book.store.engine,
            "application_version": f"{VERSION} {self.desk.book.service}",
            "executor_id": self.desk.me,
            "log_level": "ERROR",
            "enable_otlp": False,
            "notification_listener_polling_interval_sec": LISTENS,
        }

    # The line

    def _run_line(self) -> None:
        while not self.desk.stopping.is_set():
            self._without_fail(self.give_turns)
            self.desk.turns.wait(LOOKS_AT_LINE)
            self.desk.turns.clear()

    def give_turns(self) -> None:
        """Let those begin and be sent whose turn it is."""
        desk = self.desk
        for account in desk.book.accounts_in_line():

            def places(tasks: frozenset[int], ids: frozenset[str], account: str = account) -> Any:
                return desk.places.of(account, tasks, ids)

            now = desk.clock()
            begun, sent = desk.book.give_turns(account, places, desk.me, desk.home, now, now - desk.pace.dead)
            for order_id, run in begun:
                self.begin(order_id, run)
            desk.give_turn(sent)

    def begin(self, order_id: str, run: int) -> None:
        """Start the work of an order; a second time changes nothing."""
        with SetWorkflowID(workflow_id(self.desk.book.service, order_id, run)):
            DBOS.start_workflow(carry_out, order_id, run)

    # Alive and dead

    def _run_watch(self) -> None:
        while not self.desk.stopping.is_set():
            self._without_fail(self.look_after_others)
            self.desk.stopping.wait(self.desk.pace.beat)

    def look_after_others(self) -> None:
        """Say that this worker is alive, and take over what dead ones had in hand."""
        desk = self.desk
        now = desk.clock()
        desk.book.is_here(desk.me, now)
        seen = desk.book.workers()
        pending = DBOS.list_workflows(
            status="PENDING", app_version=f"{VERSION} {desk.book.service}", load_input=False, load_output=False
        )
        busy = desk.book.busy_workers() | {each.executor_id for each in pending if each.executor_id}
        for worker in busy | seen.keys():
            if worker != desk.me and self._is_dead(worker, seen.get(worker), now):
                self.take_over(worker)

    def _is_dead(self, worker: str, seen_at: float | None, now: float) -> bool:
        """A worker on this machine holds a lock until its process ends; of others only the signs are known."""
        lock = self._lock_path(worker)
        if lock.exists() and fcntl is not None:
            return _is_free(lock)
        return seen_at is None or now - seen_at > self.desk.pace.dead

    def take_over(self, worker: str) -> None:
        """Go on with what a dead worker had in hand. Several may try: each order goes to one of them."""
        DBOS._recover_pending_workflows([worker])
        for row in self.desk.book.in_hand(worker):
            # It may have died between the book and its engine; else whoever the engine gives it to takes it in hand.
            is_begun = DBOS.get_workflow_status(workflow_id(self.desk.book.service, row["id"], row["run"])) is not None
            if self.desk.book.hand_over(row["id"], worker, None if is_begun else self.desk.me) and not is_begun:
                self.begin(row["id"], row["run"])
        self.desk.book.leave(worker)
        self._lock_path(worker).unlink(missing_ok=True)

    # What DBOS keeps

    def _run_purge(self) -> None:
        while not self.desk.stopping.is_set():
            self._without_fail(lambda: purge_daily(self.desk.book, self.desk.stopping))

    def _lock_path(self, worker: str) -> Path:
        return self.desk.folder / f"{worker}.worker"

    def _without_fail(self, work: Any) -> None:
        try:
            work()
        except Exception:
            if not self.desk.stopping.is_set():
                log.exception("the orders met a fault and go on")
                self.desk.stopping.wait(1.0)


def _at_exit(stop: Any) -> None:
    """Before the interpreter waits for its threads: ours wait for turns, and would do so for ever."""
    threading._register_atexit(stop)  # type: ignore[attr-defined]


def _take_lock(path: Path) -> int | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def _is_free(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
