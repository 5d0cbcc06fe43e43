"""Paid requests and uploads, handed over by a page and done in the background, whatever happens to the process.

A page run can be cut off by any click, so a page only places an order, under an id it keeps, and watches. The same id
placed twice is one order: a second click, a rerun or a late one finds the first. What is placed stands in the book
(`order_book`), its turn comes by the line (`order_line`), and it is carried out step by step (`order_work`), each step
recorded by DBOS (`order_engine`): another start of the process, or another process, goes on where it stopped.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from kling.errors import KlingError, NotConfigured, NotFound, UnexpectedAnswer
from kling.models import MotionCreateRequest, MotionUploadRequest
from kling.orders import queue, steps
from kling.orders.records import (
    LIVE,
    UNSENT,
    Kind,
    Order,
    PictureFile,
    VideoRequest,
    error_from_json,
    error_to_json,
    order_from_row,
)
from kling.orders.repository import KEPT_SECONDS, Book, Row, to_json
from kling.orders.runtime import Engine
from kling.orders.steps import Client, Desk, Pace
from kling.store import UNUSABLE, Store
from kling.store.tables import orders as table

KEPT_DELETIONS = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class VideoOrder:
    """One video to place; `picture` is sent first when Kling does not have it yet."""

    id: str
    title: str
    request: VideoRequest
    picture: PictureFile | None = None

    @property
    def kind(self) -> Kind:
        return "video" if isinstance(self.request, MotionCreateRequest) else "reference"

    @property
    def max_jobs(self) -> int | None:
        return self.request.max_jobs if isinstance(self.request, MotionCreateRequest) else None


@dataclass(frozen=True)
class Trouble:
    """Why the whole line of an account is held, and until when (seconds since the epoch)."""

    error: KlingError
    until: float


class Orders:
    """Every order of a service. Thread-safe. Nothing is done before `start`, or the first use.

    `clients(account)` gives the client for an account ("" for the first one) and may wait for the network; `service`
    names who is paid, so that orders of the practice API never reach Kling; `told(account)` hears that a list at Kling
    has changed. `forgets` is for a practice API that lost its memory with the last process.
    """

    def __init__(
        self,
        clients: Callable[[str], Client],
        folder: Path,
        database_url: str,
        *,
        service: str,
        forgets: bool = False,
        told: Callable[[str], None] = lambda account: None,
        clock: Callable[[], float] = time.time,
        pace: Pace | None = None,
    ) -> None:
        self._folder = folder
        self._forgets = forgets
        self._clock = clock
        self._starting = threading.RLock()
        self._engine: Engine | None = None
        self._deletions: dict[str, Order] = {}
        self.store = Store(database_url)
        book = Book(self.store, service)
        me, home = uuid.uuid4().hex, _home_of(folder)
        self._desk = Desk(book, clients, me, home, folder, clock, pace or Pace(), told)

    # Start and stop

    def start(self) -> None:
        """Take up what was under way, and begin what is placed. A second time changes nothing.

        Raises `NotConfigured` when there is no database to be had, or only one from a newer version.
        """
        with self._starting:
            if self._engine is None:
                try:
                    self._begin()
                except SQLAlchemyError as error:
                    log.error("The orders could not be taken up: %s", getattr(error, "orig", None) or type(error))
                    raise NotConfigured(UNUSABLE) from None

    def _begin(self) -> None:
        self.store.open()
        if self._forgets:
            self._end_what_is_forgotten()
        self._desk.book.forget(self._clock() - KEPT_SECONDS)
        engine = Engine(self._desk)
        engine.start()
        self._engine = engine

    def stop(self) -> None:
        """Leave what is under way to the next start."""
        with self._starting:
            if self._engine is not None:
                self._engine.stop()
                self._engine = None

    def _end_what_is_forgotten(self) -> None:
        """The practice API knows nothing any more of what an earlier process told it."""
        error = error_to_json(NotFound(404, "The practice service was started anew and has forgotten this."))
        for row in self._desk.book.find(table.c.step.in_(LIVE), table.c.step != "waiting"):
            self._desk.book.update(row["id"], LIVE, step="gone", error=error, ended_at=self._clock())
            steps.remove_files(self._desk, row["id"])

    # Read

    def get(self, order_id: str) -> Order | None:
        if order_id in self._deletions:
            return self._deletions[order_id]
        self.start()
        row = self._desk.book.get(order_id)
        return self._read(row) if row else None

    def last(self, prefix: str) -> Order | None:
        """The newest order whose id starts with `prefix`."""
        deletion = next((o for o in reversed(list(self._deletions.values())) if o.id.startswith(prefix)), None)
        return deletion or next(iter(reversed(self._find(table.c.id.startswith(prefix, autoescape=True)))), None)

    def under_way(self) -> list[Order]:
        """The orders that Kling has not taken yet and that go on by themselves, oldest first."""
        deletions = [order for order in self._deletions.values() if not order.is_over]
        return [*self._lately("under way", table.c.step.in_((*UNSENT, "request", "looking"))), *deletions]

    def of_person(self, person: str, since: float) -> list[Order]:
        """What a person placed, and what became of it since then; oldest first."""
        self.start()
        if person not in self._desk.book.people():
            return []  # most of those who have a page open
        recent = table.c.ended_at.is_(None) | (table.c.ended_at >= since)
        return self._lately((person, since), table.c.person == person, recent)

    def of_batch(self, batch: str) -> list[Order]:
        return self._find(table.c.batch == batch)

    def task_ids(self) -> frozenset[int]:
        """The tasks that came from orders."""
        self.start()
        return frozenset(self._desk.book.held_tasks(""))

    def of_task(self, task_id: int | None) -> Order | None:
        """The order that a task came from."""
        return next(iter(self._find(table.c.task_id == task_id)), None) if task_id else None

    def trouble(self) -> dict[str, Trouble]:
        """The accounts whose whole line is held."""
        self.start()
        held = self._desk.book.held_lines()
        return {
            account: Trouble(error, until)
            for account, (until, text) in held.items()
            if (error := error_from_json(text)) is not None
        }

    def place_in_line(self, order: Order) -> int | None:
        """1 for the next one; None when it is not in the line."""
        return queue.place_in_line(*self._desk.book.tickets(order.account), order.id)

    def expected_seconds(self, order: Order) -> float | None:
        """How long Kling takes for such an order, by the account's own recent ones; None when there are none."""
        took = [
            row["ended_at"] - row["accepted_at"]
            for row in self._desk.book.recent(order.account)
            if row["kind"] == order.kind and row["accepted_at"] and row["ended_at"]
        ]
        return statistics.median(took) if took else None

    def known_price(self, account: str, mode: str, duration: str) -> float | None:
        """The most credits a video with these settings took lately, None when no balance has shown it.

        What several together took, divided among them, counts only where no single one is known.
        """
        alike = [
            order.cost
            for order in map(self._read, self._desk.book.recent(account))
            if order.cost and order.kind in ("video", "reference") and _settings(order.body) == (mode, duration)
        ]
        exact = [cost.credits for cost in alike if cost.is_exact]
        return max(exact) if exact else statistics.median(cost.credits for cost in alike) if alike else None

    def settled(self, order_id: str, timeout: float = 30.0) -> Order:
        """The order once handing it over is over, for those who may wait (seconds); never called by a page."""
        return self._wait(order_id, lambda order: order.is_over, timeout)

    def at_rest(self, order_id: str, timeout: float = 30.0) -> Order:
        """The order once it is over or waits for a time that is written down; never called by a page."""
        return self._wait(order_id, lambda order: order.is_over or order.not_before is not None, timeout)

    def ended(self, order_id: str, timeout: float = 30.0) -> Order:
        """The order once nothing will change any more, for those who may wait (seconds); never called by a page."""
        return self._wait(order_id, lambda order: order.is_ended, timeout)

    def _wait(self, order_id: str, enough: Callable[[Order], bool], timeout: float) -> Order:
        until = time.monotonic() + timeout
        while True:
            with self._desk.changed:
                order = self.get(order_id)
                assert order is not None, f"there is no order {order_id}"
                if enough(order) or time.monotonic() > until:
                    return order
                self._desk.changed.wait(0.2)

    def _find(self, *wanted: Any) -> list[Order]:
        self.start()
        return [self._read(row) for row in self._desk.book.find(*wanted)]

    def _lately(self, name: Hashable, *wanted: Any) -> list[Order]:
        self.start()
        return [self._read(row) for row in self._desk.book.lately(name, *wanted)]

    def _read(self, row: Row) -> Order:
        return order_from_row(row, self._desk.progress.get(row["id"], (0, 0)))

    # Place

    def place_video(
        self,
        order_id: str,
        title: str,
        request: VideoRequest,
        picture: PictureFile | None = None,
        *,
        account: str = "",
        person: str = "",
    ) -> Order:
        """Send `request`, its `image` replaced by the address of `picture` once that is uploaded."""
        self.place_videos([VideoOrder(order_id, title, request, picture)], account=account, person=person)
        return self._placed(order_id)

    def place_videos(
        self, videos: Sequence[VideoOrder], *, account: str = "", person: str = "", batch: str = ""
    ) -> list[str]:
        """Place many at once, all or none; returns the ids that are new."""
        self.start()
        for video in videos:
            if video.picture is not None and self._desk.book.get(video.id) is None:
                self._keep(video.id, "picture", video.picture.data)
        rows = [
            self._row(video.id, video.title, video.kind, video.request.to_wire(), account, person, batch)
            | {"files": to_json({"picture": video.picture.content_type} if video.picture else {})}
            | {"max_jobs": video.max_jobs, "home": self._desk.home if video.picture else None}
            for video in videos
        ]
        new = self._desk.book.add(rows)
        self._desk.turns.set()
        return new

    def place_again(self, order_id: str, new_id: str, changes: Mapping[str, Any] | None = None) -> bool:
        """The same once more as a new order, with some parameters changed; False when Kling lacks its picture by now.

        Only what a person sees as one and the same "try again" should be given the same `new_id`.
        """
        row = self._desk.book.get(order_id)
        if row is None or row["kind"] not in ("video", "reference"):
            return False
        body = json.loads(row["body"]) | dict(changes or {})
        addresses, files = json.loads(row["addresses"]), json.loads(row["files"])
        if not files.keys() <= addresses.keys():
            return False
        again = self._row(new_id, row["title"], row["kind"], body, row["account"], row["person"], row["batch"])
        again |= {"files": row["files"], "addresses": row["addresses"], "max_jobs": row["max_jobs"], "home": None}
        self._desk.book.add([again])
        self._desk.turns.set()
        return True

    def place_motion(
        self,
        order_id: str,
        title: str,
        video: Path,
        content_type: str,
        cover: PictureFile | None,
        request: MotionUploadRequest | None = None,
        *,
        account: str = "",
        person: str = "",
    ) -> Order:
        """Send the clip and its cover and have the motion taken from it; without a cover the clip is the motion.

        `video` stays where it is. In `request` the two addresses are replaced by those of the files once they are sent.
        """
        self.start()
        if self._desk.book.get(order_id) is None:
            self._keep(order_id, "video", video)
            files = {"video": content_type}
            if cover is not None:
                self._keep(order_id, "cover", cover.data)
                files["cover"] = cover.content_type
            body = request.to_wire() if request and cover else {}
            row = self._row(order_id, title, "motion" if cover else "clip", body, account, person, "")
            row |= {"files": to_json(files), "home": self._desk.home, "max_jobs": body.get("maxJobs")}
            self._desk.book.add([row])
            self._desk.turns.set()
        return self._placed(order_id)

    def place_deletion(
        self,
        order_id: str,
        title: str,
        delete: Callable[[Client], object],
        then: Callable[[], None],
        *,
        account: str = "",
    ) -> Order:
        """Have something deleted at Kling for good. It costs nothing and may be asked again, so it need not survive."""
        with self._desk.changed:
            if order_id in self._deletions:
                return self._deletions[order_id]
            order = Order(order_id, title, self._clock(), kind="deletion", step="request")
            self._deletions[order_id] = order
            for forgotten in [o.id for o in self._deletions.values() if o.is_over][:-KEPT_DELETIONS]:
                del self._deletions[forgotten]
        work = threading.Thread(
            target=self._delete, args=(order, delete, account, then), name="kling-delete", daemon=True
        )
        work.start()
        return order

    def _delete(self, order: Order, delete: Callable[[Client], object], account: str, then: Callable[[], None]) -> None:
        try:
            delete(self._desk.client(account))
            ended = replace(order, step="accepted")
        except KlingError as error:
            ended = replace(order, step="refused", error=error)
        except Exception as fault:  # whatever it was, the person must not wait for ever
            log.exception("a deletion failed in an unforeseen way")
            ended = replace(order, step="refused", error=UnexpectedAnswer(f"unforeseen: {type(fault).__name__}"))
        self._deletions[order.id] = ended
        then()
        self._desk.notify()

    def _row(
        self, order_id: str, title: str, kind: str, body: Mapping[str, Any], account: str, person: str, batch: str
    ) -> dict[str, Any]:
        return {
            "id": order_id, "title": title, "kind": kind, "body": to_json(body), "account": account,
            "person": person, "batch": batch, "placed_at": self._clock(),
        }  # fmt: skip

    def _keep(self, order_id: str, name: str, content: bytes | Path) -> None:
        """Lay a file where it lives until Kling has the order: whole, or not at all."""
        path = steps.path_of(self._desk, order_id, name)
        unfinished = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
        if isinstance(content, Path):
            try:
                os.link(content, unfinished)
            except OSError:  # another file system
                shutil.copyfile(content, unfinished)
        else:
            unfinished.write_bytes(content)
        unfinished.replace(path)

    def _placed(self, order_id: str) -> Order:
        order = self.get(order_id)
        assert order is not None
        return order

    # Decide

    def cancel(self, order_id: str) -> bool:
        """Take back what was not sent yet; False when it is too late: Kling cannot be stopped."""
        cancelled = self._desk.note(order_id, UNSENT, step="cancelled", ended_at=self._clock())
        if cancelled:
            steps.remove_files(self._desk, order_id)
        return cancelled

    def send_again(self, order_id: str) -> bool:
        """A person looked and wants an order sent that nobody could find; only once for each time it was unknown."""
        row = self._desk.book.get(order_id)
        if row is None:
            return False
        return self._desk.note(
            order_id, ("unknown",), step="waiting", run=row["run"] + 1, tries=0, sent_at=None, unsure_at=None,
            was_silent=False, error=None, seen=None, ended_at=None, worker=None,
        )  # fmt: skip

    def let_go(self, order_id: str) -> bool:
        """A person has found it at Kling, or wants it no more: nothing is sent."""
        return self._desk.note(order_id, ("unknown",), step="cancelled", ended_at=self._clock())


def _settings(body: Mapping[str, Any]) -> tuple[str, str]:
    return str(body.get("mode") or "std"), str(body.get("duration") or "5")


def _home_of(folder: Path) -> str:
    """Which data directory this is: files of an order can only be sent by a process that has the same."""
    folder.mkdir(parents=True, exist_ok=True)
    name = folder / "home"
    try:
        with name.open("x") as file:
            file.write(uuid.uuid4().hex)
    except FileExistsError:
        pass
    return name.read_text() or "unnamed"
