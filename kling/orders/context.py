"""What the work of this process needs: the client's part in it, how patient it is, and what only this process knows."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from kling.models import Account, Asset, Capacity, MotionUploadRequest, Task, TaskPage
from kling.orders.capacity import FreePlaces
from kling.orders.grants import Grants
from kling.orders.records import LIVE, VideoRequest
from kling.orders.repository import Repository, Row
from kling.orders.workers import Workers

MOVES_THE_QUEUE = ("waiting", "ready", "done", "failed", "gone", "refused", "unknown", "cancelled")
Outcome = Literal["ready", "accepted", "again", "look", "ended"]


class Client(Protocol):
    """What an order asks of the client."""

    account: str | None

    def upload_asset(
        self, file: BinaryIO, content_type: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Asset: ...
    def create_motion_video(self, request: VideoRequest) -> Task: ...
    def upload_motion(self, request: MotionUploadRequest) -> Task: ...
    def delete_task(self, task_id: int) -> object: ...
    def delete_uploads(self, ids: Iterable[int | str]) -> None: ...
    def get_task(self, task_id: int) -> Task: ...
    def get_capacity(self) -> Capacity: ...
    def get_account(self, email: str) -> Account: ...
    def list_tasks(
        self,
        content_type: str | None = None,
        page_size: int | None = None,
        created_before: int | None = None,
        created_after: int | None = None,
    ) -> TaskPage: ...


@dataclass(frozen=True)
class Pace:
    """How patient the orders are, in seconds."""

    settling: float = 20.0
    """After a broken connection, a fault or a crash: how long Kling gets to show a task before it is sent again."""
    settling_silence: float = 120.0
    """The same after silence: it may still be at work on the request, so it is never sent again by itself."""
    silence: float = 30.0
    """An answer that did not come for so long is silence."""
    looks: float = 2.0
    """Between two looks for a request that may have arrived; doubles up to five times as much."""
    follow: float = 5.0
    """Between two looks at a task, at most."""
    follow_first: float = 0.05
    """The same, at least."""
    beat: float = 2.0
    """Between two signs of life."""
    dead: float = 10.0
    """Without a sign for so long, a worker is taken for dead."""
    capacity: float = 2.0
    """How old what is known of the free places may be."""


class Stopped(BaseException):
    """The process stops: the work is left as it is, for whoever starts next. Not an `Exception`, so that nothing
    takes it for the outcome of a step."""


@dataclass
class Context:
    """What the work of this process needs, and what only this process knows."""

    repository: Repository
    clients: Callable[[str], Client]
    me: str
    home: str
    folder: Path
    clock: Callable[[], float] = time.time
    pace: Pace = field(default_factory=Pace)
    list_changed: Callable[[str], None] = lambda account: None
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)
    queue_moved: threading.Event = field(default_factory=threading.Event)
    """The queue has moved: somebody may have a turn."""
    granted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.grants = Grants(self.repository)
        self.workers = Workers(self.repository)
        self.places = FreePlaces(self.clients, self.pace.capacity)

    def rest(self, seconds: float) -> None:
        """Wait, unless the process stops."""
        if self.stopping.wait(max(0.0, seconds)):
            raise Stopped

    def row(self, order_id: str) -> Row:
        row = self.repository.get(order_id)
        if row is None:
            raise Stopped
        return row

    def update(self, order_id: str, only_in: tuple[str, ...] = LIVE, **changes: Any) -> bool:
        """Write down how an order stands; everyone who waits for it looks again."""
        noted = self.repository.update(order_id, only_in, **changes)
        if changes.get("step") in MOVES_THE_QUEUE:
            self.queue_moved.set()
        self.notify()
        return noted

    def notify(self) -> None:
        with self.changed:
            self.changed.notify_all()

    def give_turn(self, order_ids: Iterable[str]) -> None:
        """It is the turn of these orders; whoever waits for it goes on at once."""
        with self.changed:
            self.granted.update(order_ids)
            self.changed.notify_all()

    def client(self, account: str) -> Client:
        return self.clients(account)
