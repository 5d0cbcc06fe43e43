"""Paid requests and uploads, handed over by a page and done in the background of the process.

A page run can be cut off by any click, so a page only places an order, under an id it keeps, and watches. The
same id placed twice is one order: a second click, a rerun or a late one finds the first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from kling.errors import KlingError, ServerError, UnexpectedAnswer, Unreachable
from kling.models import Asset, MotionCreateRequest, MotionUploadRequest, Task

Step = Literal["waiting", "picture", "video", "cover", "request", "accepted"]
KEPT = 500
log = logging.getLogger(__name__)


class Client(Protocol):
    """What an order asks of the client."""

    def upload_asset(
        self, file: BinaryIO, content_type: str, *, on_progress: Callable[[int, int], None] | None = None
    ) -> Asset: ...
    def create_motion_video(self, request: MotionCreateRequest) -> Task: ...
    def upload_motion(self, request: MotionUploadRequest) -> Task: ...
    def delete_task(self, task_id: int) -> object: ...


@dataclass(frozen=True)
class PictureFile:
    """A picture that is not at Kling yet."""

    name: str
    data: bytes
    content_type: str


@dataclass(frozen=True)
class Order:
    """Where an order stands. `step` is the one under way, or the one that failed when `error` is set."""

    id: str
    title: str
    placed_at: float
    step: Step = "waiting"
    sent: int = 0
    total: int = 0
    task: Task | None = None
    error: KlingError | None = None
    is_paid: bool = True

    @property
    def is_over(self) -> bool:
        return self.step == "accepted" or self.error is not None

    @property
    def may_have_been_received(self) -> bool:
        """Whether Kling may have taken the paid request although no proper answer came."""
        if self.step != "request" or self.error is None:
            return False
        if isinstance(self.error, Unreachable):
            return self.error.sent is not False
        return isinstance(self.error, ServerError | UnexpectedAnswer)


def _address(url: str | None) -> str:
    if not url:
        raise UnexpectedAnswer("the uploaded file got no address")
    return url


class Orders:
    """Every order of this process. Thread-safe; the oldest that are over are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._orders: dict[str, Order] = {}
        self._changed = threading.Condition()

    def get(self, order_id: str) -> Order | None:
        with self._changed:
            return self._orders.get(order_id)

    def last(self, prefix: str) -> Order | None:
        """The newest order whose id starts with `prefix`."""
        with self._changed:
            return next((o for o in reversed(self._orders.values()) if o.id.startswith(prefix)), None)

    def under_way(self) -> list[Order]:
        """The orders that are not over, oldest first."""
        with self._changed:
            return [order for order in self._orders.values() if not order.is_over]

    def settled(self, order_id: str, timeout: float = 30.0) -> Order:
        """The order once it is over, for those who may wait (seconds); never called by a page."""
        with self._changed:
            self._changed.wait_for(lambda: self._orders[order_id].is_over, timeout)
            return self._orders[order_id]

    def place_video(
        self,
        order_id: str,
        title: str,
        client: Callable[[], Client],
        request: MotionCreateRequest,
        picture: PictureFile | None = None,
        then: Callable[[], None] = lambda: None,
    ) -> Order:
        """Send `request`, its `image` replaced by the address of `picture` once that is uploaded."""

        def work(order_id: str) -> Task:
            upstream, ready = client(), request
            if picture is not None:
                asset = self._send(order_id, "picture", upstream, BytesIO(picture.data), picture.content_type)
                ready = request.model_copy(update={"image": _address(asset.url)})
            self._update(order_id, step="request")
            return upstream.create_motion_video(ready)

        return self._place(Order(order_id, title, self._clock()), work, then)

    def place_motion(
        self,
        order_id: str,
        title: str,
        client: Callable[[], Client],
        video: Path,
        content_type: str,
        cover: PictureFile,
        then: Callable[[], None] = lambda: None,
    ) -> Order:
        """Send the clip and its cover and have the motion taken from it.

        `video` is deleted once Kling has accepted it.
        """

        def work(order_id: str) -> Task:
            upstream = client()
            with video.open("rb") as file:
                clip = self._send(order_id, "video", upstream, file, content_type)
            still = self._send(order_id, "cover", upstream, BytesIO(cover.data), cover.content_type)
            request = MotionUploadRequest(resource_url=_address(clip.resource_url), cover_url=_address(still.url))
            self._update(order_id, step="request")
            task = upstream.upload_motion(request)
            video.unlink(missing_ok=True)
            return task

        return self._place(Order(order_id, title, self._clock()), work, then)

    def place_deletion(
        self,
        order_id: str,
        title: str,
        client: Callable[[], Client],
        task_id: int,
        then: Callable[[], None] = lambda: None,
    ) -> Order:
        """Delete a task at Kling for good, with its videos or its motion."""

        def work(order_id: str) -> None:
            client().delete_task(task_id)

        return self._place(Order(order_id, title, self._clock(), is_paid=False), work, then)

    def _place(self, order: Order, work: Callable[[str], Task | None], then: Callable[[], None]) -> Order:
        with self._changed:
            if order.id in self._orders:
                return self._orders[order.id]
            self._orders[order.id] = order
            self._forget()
        threading.Thread(target=self._do, args=(order.id, work, then), name="kling-order", daemon=True).start()
        return order

    def _do(self, order_id: str, work: Callable[[str], Task | None], then: Callable[[], None]) -> None:
        try:
            self._update(order_id, step="accepted", task=work(order_id))
        except KlingError as error:
            self._update(order_id, error=error)
        except Exception as fault:  # whatever it was, the person must not wait for ever
            log.exception("an order failed in an unforeseen way")
            self._update(order_id, error=UnexpectedAnswer(f"unforeseen: {type(fault).__name__}"))
        then()

    def _send(self, order_id: str, step: Step, client: Client, file: BinaryIO, content_type: str) -> Asset:
        self._update(order_id, step=step, sent=0, total=0)
        return client.upload_asset(
            file, content_type, on_progress=lambda sent, total: self._update(order_id, sent=sent, total=total)
        )

    def _update(self, order_id: str, **changes: object) -> None:
        with self._changed:
            self._orders[order_id] = replace(self._orders[order_id], **changes)  # type: ignore[arg-type]
            self._changed.notify_all()

    def _forget(self) -> None:
        over = [order.id for order in self._orders.values() if order.is_over]
        for order_id in over[: max(0, len(self._orders) - KEPT)]:
            del self._orders[order_id]
