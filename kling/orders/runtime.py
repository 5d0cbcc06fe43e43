"""DBOS around the steps: it runs the work of each order in a thread and keeps a record of it.

One engine a process. The only input of a workflow is the order's id and the number of its run; everything else is in
the database, and the token is nowhere but in the client. Who goes on with an order is decided by the table alone
(`supervisor`): each time it changes hands there is a new run, and the workflow of the one before is of no account.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Hashable
from contextlib import suppress
from functools import partial
from typing import Any

from dbos import DBOS, DBOSConfig, SetWorkflowID, _scheduler, _sys_db, _sys_db_postgres, _workflow_commands, error
from dbos._dbos import _get_or_create_dbos_registry
from sqlalchemy.exc import SQLAlchemyError

from kling.errors import NotConfigured
from kling.logs import about_order
from kling.orders.account_looks import look_at_account
from kling.orders.context import ClaimLost, Context, Stopped
from kling.orders.costs import settle_cost
from kling.orders.files import upload_files
from kling.orders.following import follow
from kling.orders.rows import Claim
from kling.orders.sending import send_request
from kling.orders.settling import find_task
from kling.orders.storage import AWAY, STORAGE_ERRORS, describe_fault
from kling.orders.supervisor import Supervisor
from kling.orders.workflows import purge_daily, workflow_id

VERSION = "2"
"""Of the workflow below."""
QUEUE_SECONDS = 1.0
"""Seconds from one look at the queue to the next where nothing tells that it has moved: for what other processes place,
and for turns that come with time."""
NOT_BEGUN = (
    "The database could not be prepared for orders, so nothing can be sent. The log says why; often the user in "
    "KLING_DATABASE_URL may not create a schema."
)
UNUSED_SECONDS = 60.0
"""Seconds between two looks of DBOS for what is not used here: its own queue, workflows with a delay or a time limit.
For other queues and for schedules it does not look at all. By its own defaults that is more than half of what an idle
dashboard computes."""
STEPS_SECONDS = 2.0
"""So long at most a stop waits for steps that cost nothing: whatever is cut off is done again."""
log = logging.getLogger(__name__)
_context: Context | None = None
_running: Engine | None = None


def _here() -> Context:
    if _context is None or _context.stopping.is_set():
        raise Stopped
    return _context


def _carefully(work: Callable[[Context, Claim], str], order_id: str, run: int) -> str:
    """A step, with faults of the storage waited out: it may be begun again, for it reads first how far it came."""
    context = _here()
    try:
        return context.patiently(lambda: work(context, Claim(order_id, context.me, run)))
    except ClaimLost:
        return "lost"


@DBOS.step(name="upload files")
def _upload_files(order_id: str, run: int) -> str:
    return _carefully(upload_files, order_id, run)


@DBOS.step(name="send request")
def _send_request(order_id: str, run: int) -> str:
    return _carefully(send_request, order_id, run)


@DBOS.step(name="find task")
def _find_task(order_id: str, run: int) -> str:
    return _carefully(find_task, order_id, run)


@DBOS.step(name="follow")
def _follow(order_id: str, run: int) -> str:
    return _carefully(follow, order_id, run)


@DBOS.step(name="settle cost")
def _settle_cost(order_id: str) -> None:
    context = _here()
    context.patiently(lambda: settle_cost(context, order_id))


@DBOS.workflow(name="order")
def carry_out(order_id: str, run: int) -> str:
    """One order, from its files to its end."""
    try:
        with about_order(order_id):
            outcome = _upload_files(order_id, run)
            while outcome in ("ready", "again", "look"):
                outcome = _find_task(order_id, run) if outcome == "look" else _send_request(order_id, run)
            if outcome == "accepted":
                outcome = _follow(order_id, run)
                _settle_cost(order_id)
            return outcome
    finally:
        if _context is not None and _context.active.get(order_id) == run:
            del _context.active[order_id]
            _context.unattended.set()
            _context.notify()


class Engine:
    """Starts the work, gives turns, and sees to it that nothing is left without a worker."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.supervisor = Supervisor(context, lambda order_id, run: self.begin_anew(order_id, run))
        self._nothing_waited_at: Hashable | None = None
        """The version of the database in which nothing did; None while something does, or nobody can tell."""
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin, and end with the process. The engine of a process that had another one before takes its place.

        `NotConfigured` when the database or the disk does not let it: then nothing has begun, and another one may try.
        """
        global _context, _running
        if _running is not None:
            _running.stop()
        _running, _context = self, self.context
        try:
            self._launch()
        except (*STORAGE_ERRORS, error.DBOSException) as fault:
            self._release()
            log.error("The work on orders could not begin: %s", getattr(fault, "orig", None) or type(fault))
            sentence = describe_fault(fault)
            raise NotConfigured(NOT_BEGUN if sentence == AWAY else sentence) from None
        _at_exit(self.stop)
        work = (("queue", self._run_queue), ("watch", self._run_watch), ("purge", self._run_purge))
        for name, target in work:
            self._threads.append(threading.Thread(target=target, name=f"kling-orders-{name}", daemon=True))
            self._threads[-1].start()

    def _launch(self) -> None:
        self.supervisor.lock.hold()
        self.context.workers.heartbeat(self.context.me)
        DBOS(config=self._config())
        _look_rarely_for_what_is_not_used()
        DBOS.launch()

    def stop(self) -> None:
        """Leave everything as it is, but for answers to paid requests; whoever starts next goes on with it."""
        global _running
        if _running is not self:
            return
        self.context.drain()
        _running = None
        self.context.stopping.set()
        self.context.unattended.set()
        self.context.queue_moved.set()
        self.context.notify()
        self.context.hint(())
        for thread in self._threads:
            thread.join(10)
        with self.context.changed:  # a step that ends without DBOS is a fault in the log
            self.context.changed.wait_for(lambda: not self.context.active, STEPS_SECONDS)
        self._release()

    def _release(self) -> None:
        """Let go of everything that `_launch` took."""
        global _context, _running
        _running = None
        DBOS.destroy()
        with suppress(SQLAlchemyError):  # others see by the lock that this worker is gone
            self.context.workers.leave(self.context.me)
        self.supervisor.lock.release()
        _context = None
        self.context.repository.store.close()

    def _config(self) -> DBOSConfig:
        # Nothing is served and nothing is sent outside: no conductor, no traces; only faults are logged.
        return {
            "name": "kling-orders",
            "system_database_engine": self.context.repository.store.engine_without_sync,
            "application_version": f"{VERSION} {self.context.repository.service}",
            "executor_id": self.context.me,
            "log_level": "ERROR",
            "enable_otlp": False,
        }

    # The queue

    def _run_queue(self) -> None:
        while not self.context.stopping.is_set():
            self._without_fail(self.give_turns)
            self.context.queue_moved.wait(QUEUE_SECONDS)
            self.context.queue_moved.clear()

    def give_turns(self) -> None:
        """Let those begin and be sent whose turn it is."""
        context, version = self.context, self.context.repository.store.version()
        if context.draining or (version is not None and version == self._nothing_waited_at):
            return
        held_up = context.grants.held_up()
        self._nothing_waited_at = None if any(held_up) else version
        if held_up.by_budget and context.repository.pass_held():
            context.notify()
        waiting = context.grants.accounts_waiting() if any(held_up) else []
        if held_up.by_account:
            self.look_at_accounts(waiting)
        for account in waiting:

            def places(tasks: frozenset[int], ids: frozenset[str], account: str = account) -> Any:
                return context.places.of(account, tasks, ids)

            pace = context.pace
            begun, sent = context.grants.grant(account, places, context.me, context.home, pace.dead, pace.looking_holds)
            if sent:
                context.hint(sent)
            context.active.update(begun)
            for order_id, run in begun:
                self.begin(order_id, run)

    def look_at_accounts(self, waiting: Collection[str]) -> None:
        """Whether accounts that are held work again, each when it is due; one that nobody waits for is free."""
        for account, hold in self.context.holds.all().items():
            if account not in waiting and not self.context.grants.is_sending(account):
                self.context.holds.release(account)
            elif hold.until is not None and self.context.holds.begin_look(hold):
                look = partial(self._without_fail, partial(look_at_account, self.context, hold))
                threading.Thread(target=look, name="kling-account-look", daemon=True).start()

    def begin(self, order_id: str, run: int) -> None:
        """Start the work of an order; where that fails, the supervisor tries again with another run."""
        self.context.active[order_id] = run
        try:
            with SetWorkflowID(workflow_id(self.context.repository.service, order_id, run)):
                DBOS.start_workflow(carry_out, order_id, run)
        except BaseException:
            self.context.active.pop(order_id, None)
            raise

    def begin_anew(self, order_id: str, run: int) -> None:
        """The same for an order that was another run's: what is left of that is ended, so that it can be deleted."""
        with suppress(*STORAGE_ERRORS, error.DBOSException):
            DBOS.cancel_workflow(workflow_id(self.context.repository.service, order_id, run - 1))
        self.begin(order_id, run)

    # The rest

    def _run_watch(self) -> None:
        while not self.context.stopping.is_set():
            self._without_fail(self.supervisor.look_after)
            # At once where something may be left without a worker, but not in a hurry.
            if self.context.unattended.wait(self.context.pace.beat):
                self.context.unattended.clear()
                self.context.stopping.wait(self.context.pace.beat / 4)

    def _run_purge(self) -> None:
        while not self.context.stopping.is_set():
            self._without_fail(lambda: purge_daily(self.context, self.context.stopping))

    def _without_fail(self, work: Any) -> None:
        try:
            work()
        except STORAGE_ERRORS as fault:
            self.context.note_fault(fault)
            self.context.stopping.wait(self.context.pace.storage)
        except Exception:
            if not self.context.stopping.is_set():
                log.exception("the orders met a fault and go on")
                self.context.stopping.wait(1.0)


def _look_rarely_for_what_is_not_used() -> None:
    """By DBOS's insides: it has no settings for these. A test tells when a new version has others.

    There are no messages between workflows here, nor values that one tells another: nobody listens for them.
    """
    _sys_db.SystemDatabase.run_notification_listener = lambda self: None  # type: ignore[method-assign]
    _sys_db_postgres.PostgresSystemDatabase.run_notifier = lambda self: None  # type: ignore[method-assign]
    _workflow_commands._BACKGROUND_JOBS_INTERVAL_SEC = UNUSED_SECONDS
    _scheduler._STARTUP_FAST_POLL_DURATION_SEC = 0.0  # in which it looks for schedules every second
    _sys_db.SystemDatabase.list_queues = lambda self, **_: []  # type: ignore[method-assign]  # read every second
    _get_or_create_dbos_registry().get_internal_queue()._polling_interval_sec = UNUSED_SECONDS


def _at_exit(stop: Any) -> None:
    """Before the interpreter waits for its threads: ours wait for turns, and would do so for ever."""
    threading._register_atexit(stop)  # type: ignore[attr-defined]
