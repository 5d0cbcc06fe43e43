"""What the work of this process needs, and what only this process knows."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol, TypeVar

from kling.client import TaskReader
from kling.feed import TaskFeed
from kling.logs import about_order
from kling.models import Account, Asset, Capacity, MotionUploadRequest, Task
from kling.orders.batches import Batches
from kling.orders.capacity import FreePlaces
from kling.orders.grants import Grants
from kling.orders.holds import Holds
from kling.orders.pace import Pace, boottime
from kling.orders.records import LIVE, UNSENT, VideoRequest
from kling.orders.repository import Repository
from kling.orders.rows import Claim, Row
from kling.orders.shared_looks import SharedLooks, TaskReads
from kling.orders.storage import STORAGE_ERRORS, describe_fault
from kling.orders.task_lists import TaskLists
from kling.orders.workers import Workers

MOVES_THE_QUEUE = ("waiting", "ready", "done", "failed", "gone", "refused", "unknown", "cancelled")
Outcome = Literal["ready", "accepted", "again", "look", "ended", "lost"]
log = logging.getLogger(__name__)
_T = TypeVar("_T")


class Client(TaskReader, Protocol):
    """What an order asks of the client."""

    account: str | None

    def upload_asset(
        self, file: BinaryIO, content_type: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Asset: ...
    def create_motion_video(self, request: VideoRequest) -> Task: ...
    def upload_motion(self, request: MotionUploadRequest) -> Task: ...
    def delete_task(self, task_id: int) -> object: ...
    def delete_reference_motion(self, url: str) -> None: ...
    def delete_pictures(self, urls: Iterable[str]) -> int: ...
    def get_capacity(self) -> Capacity: ...
    def get_account(self, email: str) -> Account: ...


class Stopped(BaseException):
    """The process stops: the work is left as it is, for whoever starts next. Not an `Exception`, so that nothing
    takes it for the outcome of a step."""


class ClaimLost(BaseException):
    """The order is another worker's by now, or a person has decided: whatever this one was about to do is not done."""


@dataclass
class Context:
    """What every step is given. Threads share it."""

    repository: Repository
    clients: Callable[[str], Client]
    me: str
    home: str
    folder: Path
    pace: Pace = field(default_factory=Pace)
    list_changed: Callable[[str], None] = lambda account: None
    tasks: Callable[[str], TaskReads] | None = None
    """The newest tasks of an account, read for pages too; None: the orders read them by themselves."""
    monotonic: Callable[[], float] = boottime
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    draining: bool = False
    """The process is about to stop: no paid request begins any more."""
    posting: set[str] = field(default_factory=set)
    """The orders whose paid request is on its way."""
    uploading: set[str] = field(default_factory=set)
    """The pictures, by key, that an order of this process is just sending for all that share them."""
    changed: threading.Condition = field(default_factory=threading.Condition)
    queue_moved: threading.Event = field(default_factory=threading.Event)
    """Somebody may have a turn."""
    unattended: threading.Event = field(default_factory=threading.Event)
    """An order may be without a worker."""
    hints: set[str] = field(default_factory=set)
    """Orders whose turn may have come: worth a look at the table, which alone says so."""
    hinted: threading.Condition = field(default_factory=threading.Condition)
    """Of `hints`; were it `changed`, every change of any order would wake all that wait for a turn."""
    active: dict[str, int] = field(default_factory=dict)
    """The orders that a workflow of this process carries on, with the number of its run."""
    fault: str | None = None
    """Why the database or the disk cannot be used at the moment, as a sentence."""

    def __post_init__(self) -> None:
        self.holds = Holds(self.repository, self.pace.account_looks)
        self.grants = Grants(self.repository, self.holds)
        self.workers = Workers(self.repository)
        self.batches = Batches(self.repository)
        self.places = FreePlaces(self.clients, self.pace.capacity)
        self.lists = TaskLists(self.monotonic)
        self.looks = SharedLooks(self.tasks or self._own_feeds(), self.monotonic, self.pace.follow)

    def _own_feeds(self) -> Callable[[str], TaskReads]:
        return functools.cache(lambda account: TaskFeed(lambda: self.clients(account)))

    def now(self) -> float:
        """Seconds since the epoch, by the database's clock."""
        return self.repository.now()

    def client(self, account: str) -> Client:
        return self.clients(account)

    def rest(self, seconds: float) -> None:
        """Wait, unless the process stops."""
        if self.stopping.wait(max(0.0, seconds)):
            raise Stopped

    @contextmanager
    def not_cut(self, order_id: str) -> Iterator[None]:
        """A stop waits for what is inside; `Stopped` where it has begun to."""
        with self.changed:
            if self.draining:
                raise Stopped
            self.posting.add(order_id)
        try:
            yield
        finally:
            with self.changed:
                self.posting.discard(order_id)
                self.changed.notify_all()

    def drain(self) -> None:
        """Let no paid request begin, and wait for the answers to those that have left."""
        with self.changed:
            self.draining = True
            self.changed.wait_for(lambda: not self.posting, self.pace.stop)

    def patiently(self, work: Callable[[], _T]) -> _T:
        """Do it, as often as the database or the disk needs to let it be done."""
        wait = self.pace.storage
        while True:
            try:
                return work()
            except STORAGE_ERRORS as error:
                self.note_fault(error)
                self.rest(wait)
                wait = min(2 * wait, 10 * self.pace.storage)

    def note_fault(self, error: BaseException) -> None:
        """Remember, and log once, that the storage fails; `fault` is cleared by the next heartbeat."""
        if self.fault is None:
            log.error("The storage of orders fails, and is tried again: %s", getattr(error, "orig", None) or error)
        self.fault = describe_fault(error)
        self.unattended.set()

    def row(self, claim: Claim) -> Row:
        """The order as it stands; `ClaimLost` unless it is still this worker's."""
        row = self.repository.get(claim.order_id)
        if row is None or (row["worker"], row["run"]) != (claim.worker, claim.run):
            raise ClaimLost
        return row

    def update(self, claim: Claim, only_in: tuple[str, ...] = LIVE, **changes: Any) -> bool:
        """Write down how an order stands; False when it is in no such step any more, `ClaimLost` as for `row`.

        What a loss of power takes back of an order that was not sent is done again; of one that was, nothing may be.
        """
        is_durable = not set(only_in) <= set(UNSENT)
        is_changed = self.repository.update(claim.order_id, only_in, claim, is_durable=is_durable, **changes)
        if not is_changed:
            self.row(claim)
        self._announce(claim.order_id, changes.get("step"), is_changed)
        return is_changed

    def decide(self, order_id: str, only_in: tuple[str, ...], **changes: Any) -> bool:
        """What a person decides is written down whoever works on the order."""
        is_changed = self.repository.update(order_id, only_in, **changes)
        self._announce(order_id, changes.get("step"), is_changed)
        if is_changed and "worker" in changes:
            self.unattended.set()
        return is_changed

    def _announce(self, order_id: str, step: str | None, is_changed: bool) -> None:
        if step is not None and is_changed:
            with about_order(order_id):
                log.info("The order is at the step %s", step)
        if step in MOVES_THE_QUEUE:
            self.queue_moved.set()
        self.notify()

    def hint(self, order_ids: Iterable[str]) -> None:
        """Whoever waits for the turn of these looks at once."""
        with self.hinted:
            self.hints.update(order_ids)
            self.hinted.notify_all()

    def wait_for_hint(self, order_id: str, seconds: float) -> None:
        """Until there is one, but no longer; `Stopped` when the process stops."""
        with self.hinted:
            self.hinted.wait_for(lambda: order_id in self.hints or self.stopping.is_set(), seconds)
            self.hints.discard(order_id)
        self.rest(0)

    def notify(self) -> None:
        """Everyone who waits for an order looks again."""
        with self.changed:
            self.changed.notify_all()
