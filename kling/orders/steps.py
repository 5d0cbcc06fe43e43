"""What is done for one order, step by step: its files, the paid request, the way to its end.

Every step may be begun again by another process after the first was killed in it. So each begins by reading in the book
how far it came, and the paid request is never sent while the one before may have arrived.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from kling.errors import ApiError, Expired, InvalidInput, KlingError, NotFound, UnexpectedAnswer
from kling.models import Account, Asset, Capacity, MotionUploadRequest, Task, TaskPage
from kling.models.answers import POINTS_A_CREDIT
from kling.orders import queue, search
from kling.orders.capacity import FreePlaces
from kling.orders.records import LIVE, SENT, UNSENT, Request, VideoRequest, error_to_json, read_request
from kling.orders.repository import Book, Row, to_json

MOVES_THE_LINE = ("waiting", "ready", "done", "failed", "gone", "refused", "unknown", "cancelled")
APART = 1.0
"""Seconds between two looks at a task, except the first two of one that takes less."""
Word = Literal["ready", "accepted", "again", "look", "ended"]
log = logging.getLogger(__name__)


class Client(Protocol):
    """What an order asks of the client."""

    account: str | None

    def upload_asset(
        self, file: BinaryIO, content_type: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Asset: ...
    def create_motion_video(self, request: VideoRequest) -> Task: ...
    def upload_motion(self, request: MotionUploadRequest) -> Task: ...
    def delete_task(self, task_id: int) -> object: ...
    def delete_reference_motion(self, url: str) -> None: ...
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


class Left(BaseException):
    """The process stops: the work is left as it is, for whoever starts next. Not an `Exception`, so that nothing
    takes it for the outcome of a step."""


@dataclass
class Desk:
    """What the work of this process needs, and what only this process knows."""

    book: Book
    clients: Callable[[str], Client]
    me: str
    home: str
    folder: Path
    clock: Callable[[], float] = time.time
    pace: Pace = field(default_factory=Pace)
    told: Callable[[str], None] = lambda account: None
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    changed: threading.Condition = field(default_factory=threading.Condition)
    turns: threading.Event = field(default_factory=threading.Event)
    """The line has moved: somebody may have a turn."""
    granted: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.places = FreePlaces(self.clients, self.pace.capacity)

    def rest(self, seconds: float) -> None:
        """Wait, unless the process stops."""
        if self.stopping.wait(max(0.0, seconds)):
            raise Left

    def row(self, order_id: str) -> Row:
        row = self.book.get(order_id)
        if row is None:
            raise Left
        return row

    def note(self, order_id: str, only_in: tuple[str, ...] = LIVE, **changes: Any) -> bool:
        """Write down how an order stands; everyone who waits for it looks again."""
        noted = self.book.update(order_id, only_in, **changes)
        if changes.get("step") in MOVES_THE_LINE:
            self.turns.set()
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


def path_of(desk: Desk, order_id: str, name: str) -> Path:
    """Where a file of an order lies until Kling has the order."""
    return desk.folder / f"{order_id}.{name}"


# 1. The files


def prepare(desk: Desk, order_id: str) -> Word:
    """Send the files of an order, each once it is its turn; a file already sent stays sent."""
    row = desk.row(order_id)
    files, addresses = json.loads(row["files"]), json.loads(row["addresses"])
    for name in ("picture", "video", "cover"):
        if name in files and name not in addresses:
            address = _send_file(desk, order_id, name, files[name])
            if address is None:
                return "ended"
            addresses[name] = address
            desk.note(order_id, UNSENT, addresses=to_json(addresses), tries=0)
    return _clip_is_there(desk, row) if row["kind"] == "clip" else "ready"


def _clip_is_there(desk: Desk, row: Row) -> Word:
    """A clip that is a motion as it is needs nothing more."""
    now = desk.clock()
    desk.note(row["id"], UNSENT, step="done", accepted_at=now, ended_at=now)
    remove_files(desk, row["id"])
    desk.told(row["account"])
    return "ended"


def _send_file(desk: Desk, order_id: str, name: str, content_type: str) -> str | None:
    """The address of a file once Kling has it; None when the order ended on the way. Files cost nothing."""
    tries = 0
    while desk.note(order_id, UNSENT, step=name, worker=desk.me):
        try:
            with path_of(desk, order_id, name).open("rb") as file:
                asset = desk.client(desk.row(order_id)["account"]).upload_asset(
                    file, content_type, on_progress=lambda sent, total: _progress(desk, order_id, sent, total)
                )
            return _address(asset.resource_url if name == "video" else asset.url)
        except OSError:
            _end(desk, order_id, InvalidInput("The file is no longer there. Choose it again.", name))
            return None
        except KlingError as error:
            if not _bear(desk, order_id, error, tries):
                return None
            tries += 1
        finally:
            desk.progress.pop(order_id, None)
    return None


def _progress(desk: Desk, order_id: str, sent: int, total: int) -> None:
    if desk.stopping.is_set():
        raise Left
    desk.progress[order_id] = (sent, total)


def _address(url: str | None) -> str:
    if not url:
        raise UnexpectedAnswer("the uploaded file got no address")
    return url


def _bear(desk: Desk, order_id: str, error: KlingError, tries: int) -> bool:
    """Wait because of an error before anything paid was sent; False when the order ended by it."""
    verdict = queue.verdict(error, tries, random.random(), is_paid=False)
    if verdict.what == "end":
        _end(desk, order_id, error)
        return False
    until = desk.clock() + verdict.seconds
    if verdict.what == "pause":
        desk.book.hold_line(desk.row(order_id)["account"], until, error_to_json(error))
    desk.note(order_id, UNSENT, not_before=until, error=error_to_json(error), tries=tries + 1)
    _wait_until(desk, order_id, until)
    return desk.note(order_id, UNSENT, not_before=None, error=None)


def _wait_until(desk: Desk, order_id: str, until: float) -> None:
    """Wait, looking up now and then whether somebody cancelled the order."""
    while desk.clock() < until and desk.row(order_id)["step"] in UNSENT:
        desk.rest(min(1.0, until - desk.clock()))


# 2. The paid request


def request_of(row: Row) -> Request:
    """What is sent: as it was placed, with the addresses of the files and the order's id as its reference."""
    addresses, body = json.loads(row["addresses"]), json.loads(row["body"])
    if row["kind"] == "motion":
        body |= {"resourceUrl": addresses["video"], "coverUrl": addresses["cover"]}
    elif "picture" in addresses:
        body |= {"imageUrl" if row["kind"] == "reference" else "image": addresses["picture"]}
    return read_request(row["kind"], {"replyRef": row["id"], **body})


def hand_in(desk: Desk, order_id: str) -> Word:
    """Wait for the order's turn and send the paid request, once."""
    row = desk.row(order_id)
    if row["step"] in ("request", "looking"):
        # Whoever sent it did not live to write down the answer.
        return _doubt(desk, order_id, None, False)
    if row["step"] not in UNSENT:
        return "accepted" if row["step"] == "accepted" else "ended"
    request = request_of(row)
    client = _get_ready(desk, order_id, request)
    if client is None or not _wait_for_turn(desk, order_id):
        return "ended"
    return _send(desk, order_id, client, request)


def _get_ready(desk: Desk, order_id: str, request: Request) -> Client | None:
    """Write down what a later look compares with; the client, or None when the order ended meanwhile."""
    tries = 0
    while desk.row(order_id)["step"] in UNSENT:
        account = desk.row(order_id)["account"]
        try:
            client = desk.client(account)
            since = search.newest(client)
        except KlingError as error:
            if not _bear(desk, order_id, error, tries):
                return None
            tries += 1
            continue
        likeness = to_json(search.shown(request))
        desk.note(order_id, UNSENT, since=since, likeness=likeness, balance=_balance(client), balance_at=desk.clock())
        if not desk.note(order_id, UNSENT, step="ready", worker=desk.me):
            return None
        return client
    return None


def _wait_for_turn(desk: Desk, order_id: str) -> bool:
    """True once the line has said that it is this order's turn; False when it was cancelled."""
    while True:
        with desk.changed:
            given = desk.changed.wait_for(lambda: order_id in desk.granted or desk.stopping.is_set(), 1.0)
            desk.granted.discard(order_id)
        if desk.stopping.is_set():
            raise Left
        step = "request" if given else desk.row(order_id)["step"]
        if step != "ready":
            return bool(step == "request")


def _send(desk: Desk, order_id: str, client: Client, request: Request) -> Word:
    begun = time.monotonic()
    try:
        if isinstance(request, MotionUploadRequest):
            task = client.upload_motion(request)
        else:
            task = client.create_motion_video(request)
    except KlingError as error:
        return _after_error(desk, order_id, error, time.monotonic() - begun >= desk.pace.silence)
    desk.book.open_line(desk.row(order_id)["account"])
    return _accept(desk, order_id, task)


def _after_error(desk: Desk, order_id: str, error: KlingError, was_silent: bool) -> Word:
    row = desk.row(order_id)
    verdict = queue.verdict(error, row["tries"], random.random(), is_paid=True)
    if verdict.what == "look":
        return _doubt(desk, order_id, error, was_silent or isinstance(error, UnexpectedAnswer))
    if verdict.what == "end":
        desk.book.open_line(row["account"])
        _end(desk, order_id, error)
        return "ended"
    until = desk.clock() + verdict.seconds
    if verdict.what == "pause":
        desk.book.hold_line(row["account"], until, error_to_json(error))
    elif isinstance(error, ApiError):
        desk.book.open_line(row["account"])
    desk.places.forget(row["account"])
    _back_in_line(desk, order_id, until, error)
    return "again"


def _back_in_line(desk: Desk, order_id: str, until: float, error: KlingError | None) -> None:
    """Nothing of it is at Kling: it may be sent again from then on, once this step has ended: until then it is in
    nobody's hands, so that its turn does not come too early."""
    tries = desk.row(order_id)["tries"] + 1
    kept = {} if error is None else {"error": error_to_json(error)}
    changes = {"step": "ready", "worker": None, "not_before": until, "tries": tries, "sent_at": None, "unsure_at": None}
    desk.note(order_id, SENT, **changes, **kept)


def _accept(desk: Desk, order_id: str, task: Task) -> Word:
    """Kling has it."""
    row = desk.row(order_id)
    changes = {"task": task.to_json(), "accepted_at": desk.clock(), "error": None, "not_before": None, "seen": None}
    if task.id is None or not desk.book.hold_task(order_id, task.id, **changes):
        return _doubt(desk, order_id, None, True)
    _charge(desk, row, task)
    desk.notify()
    desk.told(row["account"])
    remove_files(desk, order_id)
    return "accepted"


def remove_files(desk: Desk, order_id: str) -> None:
    for name in ("picture", "video", "cover"):
        path_of(desk, order_id, name).unlink(missing_ok=True)


def _end(desk: Desk, order_id: str, error: KlingError) -> None:
    """Kling did not take it, and will not."""
    desk.note(order_id, LIVE, step="refused", error=error_to_json(error), ended_at=desk.clock(), not_before=None)
    remove_files(desk, order_id)


# 3. Did it arrive?


def _doubt(desk: Desk, order_id: str, error: KlingError | None, was_silent: bool) -> Word:
    row = desk.row(order_id)
    changes: dict[str, Any] = {"step": "looking", "worker": desk.me}
    if row["unsure_at"] is None:
        changes |= {"unsure_at": desk.clock(), "was_silent": was_silent}
    if error is not None:
        changes |= {"error": error_to_json(error)}
    desk.note(order_id, SENT, **changes)
    return "look"


def find_out(desk: Desk, order_id: str) -> Word:
    """Look until the request is found at Kling, or was certainly not received, or nobody can tell."""
    looks = 0
    while True:
        row = desk.row(order_id)
        if row["step"] != "looking":
            return "accepted" if row["step"] == "accepted" else "ended"
        look = _look(desk, row)
        looks += 1
        if look is not None and look.task is not None:
            return _accept(desk, order_id, look.task)
        if look is not None and _has_settled(desk, row):
            return _decide(desk, row, look, looks)
        desk.rest(min(desk.pace.looks * 2 ** min(looks, 8), desk.pace.looks * 5))


def _look(desk: Desk, row: Row) -> search.Look | None:
    try:
        client, held = desk.client(row["account"]), desk.book.held_tasks(row["id"])
        request = request_of(row)
        return search.look_for(client, request, request.reply_ref or "", row["since"], held)
    except KlingError:
        return None


def _has_settled(desk: Desk, row: Row) -> bool:
    needed = desk.pace.settling_silence if row["was_silent"] else desk.pace.settling
    return bool(desk.clock() - row["unsure_at"] >= needed)


def _decide(desk: Desk, row: Row, look: search.Look, looks: int) -> Word:
    """Nothing was found in all the time a task may take to show."""
    is_sure = look.is_complete and not row["was_silent"] and not look.is_known_by_reference
    if not is_sure:
        seen = search.describe_look(look, looks, desk.clock())
        desk.note(row["id"], SENT, step="unknown", seen=to_json(seen), ended_at=desk.clock())
        return "ended"
    if row["tries"] >= queue.FAULTY_TRIES:
        desk.note(row["id"], SENT, step="refused", ended_at=desk.clock())
        remove_files(desk, row["id"])
        return "ended"
    _back_in_line(desk, row["id"], desk.clock(), None)
    return "again"


# 4. To the end


def follow(desk: Desk, order_id: str) -> Word:
    """Look at the task until nothing will change any more."""
    failures = looks = 0
    while True:
        row = desk.row(order_id)
        if row["step"] != "accepted":
            return "ended"
        try:
            task = desk.client(row["account"]).get_task(row["task_id"])
        except (NotFound, Expired) as error:
            desk.note(order_id, SENT, step="gone", error=error_to_json(error), ended_at=desk.clock())
            return "ended"
        except KlingError:
            failures += 1
            desk.rest(min(60.0, 2.0**failures))
            continue
        failures = 0
        if task.is_final:
            step = "done" if task.state == "succeed" else "failed"
            desk.note(order_id, SENT, step=step, task=task.to_json(), ended_at=desk.clock())
            desk.told(row["account"])
            return "ended"
        desk.rest(until_next_look(desk.pace, task, looks))
        looks += 1


def until_next_look(pace: Pace, task: Task, looks: int) -> float:
    """Seconds to the look after this one, of which there were `looks` before.

    When the end is near, the look waits for it; one that comes later than foretold is not asked for all the time.
    """
    expected = pace.follow if task.eta_time is None else task.eta_time / 1000 + 0.005
    apart = min(APART, pace.follow)
    return max(apart if looks else pace.follow_first, expected if expected < pace.follow + apart else pace.follow)


# 5. What it cost


def _balance(client: Client) -> float | None:
    """Credits left, if the account says; a figure nobody needs must not hold up an order."""
    try:
        return client.get_account(client.account).credits if client.account else None
    except KlingError:
        return None


def _charge(desk: Desk, row: Row, task: Task) -> None:
    """What the answer says is left, beside what was left before: about what the order takes.

    Where others were taken in between, each is counted with its share.
    """
    left = task.user_points.get("total")
    if row["balance"] is None or not isinstance(left, int | float):
        return
    others, is_alone = desk.book.others_between(row["account"], row["balance_at"], desk.clock(), row["id"])
    taken = (row["balance"] - left / POINTS_A_CREDIT) / (others + 1)
    if taken >= 0:
        desk.book.update(row["id"], cost=taken, cost_is_exact=is_alone)


def settle(desk: Desk, order_id: str) -> None:
    """What the order took, where the balance shows it because nothing else ran in between."""
    row = desk.row(order_id)
    if row["step"] not in ("done", "failed") or row["balance"] is None:
        return
    try:
        after = _balance(desk.client(row["account"]))
    except KlingError:
        return
    if after is None:
        return
    _, is_alone = desk.book.others_between(row["account"], row["balance_at"], desk.clock(), order_id)
    if is_alone:
        desk.note(order_id, (), cost=max(0.0, row["balance"] - after), cost_is_exact=True)
    elif row["step"] == "failed":
        desk.note(order_id, (), cost=None, cost_is_exact=False)
