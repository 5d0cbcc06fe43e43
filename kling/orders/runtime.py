"""DBOS around the steps: an order's work goes on where it stopped, in this process or in another one.

One engine a process. The only input of a workflow is the order's id and the number of its run; everything else is in
the database, and the token is nowhere but in the client.
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
from kling.orders.context import Context, Stopped
from kling.orders.costs import settle_cost
from kling.orders.files import upload_files
from kling.orders.following import follow
from kling.orders.purge import purge_daily, workflow_id
from kling.orders.sending import send_request
from kling.orders.settling import find_task

VERSION = "1"
"""Of the workflow below. A pending order is only taken up by the same one: raise it when its steps change."""
QUEUE_SECONDS = 1.0
"""Seconds from one look at the queue to the next where nothing tells that it has moved: for what other processes place,
and for turns that come with time."""
NOT_BEGUN = (
    "The database could not be prepared for orders, so nothing can be sent. The log says why; often the user in "
    "KLING_DATABASE_URL may not create a schema."
)
log = logging.getLogger(__name__)
_context: Context | None = None
_running: Engine | None = None


def _here() -> Context:
    if _context is None or _context.stopping.is_set():
        raise Stopped
    return _context


@DBOS.step(name="prepare")
def _prepare(order_id: str) -> str:
    return upload_files(_here(), order_id)


@DBOS.step(name="hand in")
def _hand_in(order_id: str) -> str:
    return send_request(_here(), order_id)


@DBOS.step(name="find out")
def _find_out(order_id: str) -> str:
    return find_task(_here(), order_id)


@DBOS.step(name="follow")
def _follow(order_id: str) -> str:
    return follow(_here(), order_id)


@DBOS.step(name="settle")
def _settle(order_id: str) -> None:
    settle_cost(_here(), order_id)


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

    def __init__(self, context: Context) -> None:
        self.context = context
        self._threads: list[threading.Thread] = []
        self._lock: int | None = None

    def start(self) -> None:
        """Begin, and end with the process. The engine of a process that had another one before takes its place.

        `NotConfigured` when the database does not let it: then nothing has begun, and another one may try again.
        """
        global _context, _running
        if _running is not None:
            _running.stop()
        _running, _context = self, self.context
        try:
            self._launch()
        except (SQLAlchemyError, error.DBOSException) as fault:
            self._release()
            log.error("The work on orders could not begin: %s", getattr(fault, "orig", None) or type(fault))
            raise NotConfigured(NOT_BEGUN) from None
        _at_exit(self.stop)
        for name, work in (("queue", self._run_queue), ("watch", self._run_watch), ("purge", self._run_purge)):
            self._threads.append(threading.Thread(target=work, name=f"kling-orders-{name}", daemon=True))
            self._threads[-1].start()

    def _launch(self) -> None:
        self._lock = _take_lock(self._lock_path(self.context.me))
        self.context.workers.heartbeat(self.context.me, self.context.clock())
        DBOS(config=self._config())
        DBOS.launch()

    def stop(self) -> None:
        """Leave everything as it is; whoever starts next goes on with it."""
        global _running
        if _running is not self:
            return
        _running = None
        self.context.stopping.set()
        self.context.notify()
        for thread in self._threads:
            thread.join(10)
        self._release()

    def _release(self) -> None:
        """Let go of everything that `_launch` took."""
        global _context, _running
        _running = None
        DBOS.destroy()
        with suppress(SQLAlchemyError):  # others see by the lock that this worker is gone
            self.context.workers.leave(self.context.me)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            self._lock_path(self.context.me).unlink(missing_ok=True)
        _context = None
        self.context.repository.store.close()

    def _config(self) -> DBOSConfig:
        # Nothing is served and nothing is sent outside: no conductor, no traces; only faults are logged.
        return {
            "name": "kling-orders",
            "system_database_engine": self.context.repository.store.engine,
            "application_version": f"{VERSION} {self.context.repository.service}",
            "executor_id": self.context.me,
            "log_level": "ERROR",
            "enable_otlp": False,
        }

    # The queue

    def _run_queue(self) -> None:
        while not self.context.stopping.is_set():
            self.context.queue_moved.wait(QUEUE_SECONDS)
            self.context.queue_moved.clear()
            self._without_fail(self.grant)

    def grant(self) -> None:
        """Let those begin and be sent whose turn it is."""
        context = self.context
        for account in context.grants.accounts_waiting():

            def places(tasks: frozenset[int], ids: frozenset[str], account: str = account) -> Any:
                return context.places.of(account, tasks, ids)

            now = context.clock()
            begun, sent = context.grants.grant(account, places, context.me, context.home, now, now - context.pace.dead)
            for order_id, run in begun:
                self.begin(order_id, run)
            context.give_turn(sent)

    def begin(self, order_id: str, run: int) -> None:
        """Start the work of an order; a second time changes nothing."""
        with SetWorkflowID(workflow_id(self.context.repository.service, order_id, run)):
            DBOS.start_workflow(carry_out, order_id, run)

    # Alive and dead

    def _run_watch(self) -> None:
        while not self.context.stopping.is_set():
            self._without_fail(self.look_after_others)
            self.context.stopping.wait(self.context.pace.beat)

    def look_after_others(self) -> None:
        """Say that this worker is alive, and take over what dead ones had in hand."""
        context = self.context
        now = context.clock()
        context.workers.heartbeat(context.me, now)
        seen = context.workers.seen()
        pending = DBOS.list_workflows(
            status="PENDING", app_version=f"{VERSION} {context.repository.service}", load_input=False, load_output=False
        )
        busy = context.workers.busy() | {each.executor_id for each in pending if each.executor_id}
        for worker in busy | seen.keys():
            if worker != context.me and self._is_dead(worker, seen.get(worker), now):
                self.take_over(worker)

    def _is_dead(self, worker: str, seen_at: float | None, now: float) -> bool:
        """A worker on this machine holds a lock until its process ends; of others only the signs are known."""
        lock = self._lock_path(worker)
        if lock.exists() and fcntl is not None:
            return _is_free(lock)
        return seen_at is None or now - seen_at > self.context.pace.dead

    def take_over(self, worker: str) -> None:
        """Go on with what a dead worker had in hand. Several may try: each order goes to one of them."""
        DBOS._recover_pending_workflows([worker])
        for row in self.context.workers.orders_of(worker):
            # It may have died between the book and its engine; else whoever the engine gives it to takes it in hand.
            is_begun = (
                DBOS.get_workflow_status(workflow_id(self.context.repository.service, row["id"], row["run"]))
                is not None
            )
            if (
                self.context.workers.hand_over(row["id"], worker, None if is_begun else self.context.me)
                and not is_begun
            ):
                self.begin(row["id"], row["run"])
        self.context.workers.leave(worker)
        self._lock_path(worker).unlink(missing_ok=True)

    # What DBOS keeps

    def _run_purge(self) -> None:
        while not self.context.stopping.is_set():
            self._without_fail(lambda: purge_daily(self.context, self.context.stopping))

    def _lock_path(self, worker: str) -> Path:
        return self.context.folder / f"{worker}.worker"

    def _without_fail(self, work: Any) -> None:
        try:
            work()
        except Exception:
            if not self.context.stopping.is_set():
                log.exception("the orders met a fault and go on")
                self.context.stopping.wait(1.0)


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
