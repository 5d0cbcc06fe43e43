"""How orders come in: what is written down when somebody places one, and the request that comes of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kling.errors import InvalidInput
from kling.logs import about_order
from kling.models import MotionCreateRequest, MotionUploadRequest
from kling.orders import estimates
from kling.orders.context import Context
from kling.orders.estimates import Finished
from kling.orders.pictures import key_of
from kling.orders.records import Kind, Order, PictureFile, Request, VideoRequest, order_from_row, read_request
from kling.orders.rights import Rights
from kling.orders.rows import Row, to_json
from kling.orders.storage import storage_errors_as_invalid_input, storage_errors_as_not_configured
from kling.orders.stored_files import store_file

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class VideoOrder:
    """One video to place; `picture` is sent first when Kling does not have it yet."""

    id: str
    title: str
    request: VideoRequest
    picture: PictureFile | None = None
    project: str | None = None
    """The id of the project that its result belongs to."""

    @property
    def kind(self) -> Kind:
        return "video" if isinstance(self.request, MotionCreateRequest) else "reference"

    @property
    def max_jobs(self) -> int | None:
        return self.request.max_jobs if isinstance(self.request, MotionCreateRequest) else None


def new_row(
    order_id: str, title: str, kind: Kind, body: Mapping[str, Any], account: str, person: str, now: float
) -> dict[str, Any]:
    """A row for any order; times in seconds since the epoch."""
    return {
        "id": order_id, "title": title, "kind": kind, "body": to_json(body), "account": account,
        "person": person, "batch": "", "placed_at": now,
    }  # fmt: skip


def video_row(video: VideoOrder, account: str, person: str, batch: str, home: str, now: float) -> dict[str, Any]:
    """A row for a video; only a process with the same `home` can send its picture."""
    row = new_row(video.id, video.title, video.kind, video.request.to_wire(), account, person, now)
    files = {"picture": video.picture.content_type} if video.picture else {}
    return row | {
        "batch": batch, "files": to_json(files), "max_jobs": video.max_jobs, "home": home if video.picture else None,
        "project": video.project,
    }  # fmt: skip


def row_again(row: Row, new_id: str, changes: Mapping[str, Any], now: float) -> dict[str, Any] | None:
    """The same once more, with some parameters changed; None when Kling lacks its picture by now."""
    if row["kind"] not in ("video", "reference"):
        return None
    addresses, files = json.loads(row["addresses"]), json.loads(row["files"])
    if not files.keys() <= addresses.keys():
        return None
    body = json.loads(row["body"]) | dict(changes)
    again = new_row(new_id, row["title"], row["kind"], body, row["account"], row["person"], now)
    same = {name: row[name] for name in ("batch", "files", "addresses", "max_jobs", "project")}
    return again | same | {"home": None}


def request_of(row: Row) -> Request:
    """What is sent: as it was placed, with the addresses of the files and the order's id as its reference."""
    addresses, body = json.loads(row["addresses"]), json.loads(row["body"])
    if row["kind"] == "motion":
        body |= {"resourceUrl": addresses["video"], "coverUrl": addresses["cover"]}
    elif "picture" in addresses:
        body |= {"imageUrl" if row["kind"] == "reference" else "image": addresses["picture"]}
    return read_request(row["kind"], {"replyRef": row["id"], **body})


PENDING = {"video": "https://file.invalid/pending", "cover": "https://file.invalid/pending"}
"""In place of addresses that are not known yet."""


def price_of(row: Mapping[str, Any], recent: Sequence[Finished]) -> float | None:
    """Credits to expect of an order, by the recent ones of its account; None where those do not tell."""
    if row["kind"] == "clip":
        return 0.0
    try:
        request = request_of({"addresses": to_json(PENDING), **row})
    except InvalidInput:
        return None
    expected = estimates.expected_price(recent, request)
    return expected.credits if expected else None


class Placing:
    """How orders come in. `InvalidInput` with a sentence where they cannot be kept, `NotAllowed` where the person may
    not place them: then nothing was placed. `NotConfigured` where what was placed cannot be read back. What there is no
    room for in a budget is placed and held.
    """

    def __init__(self, context: Context, rights: Rights) -> None:
        self._context = context
        self._rights = rights

    def start(self) -> None:
        """So that what is placed is begun."""
        raise NotImplementedError

    def place_video(
        self,
        order_id: str,
        title: str,
        request: VideoRequest,
        picture: PictureFile | None = None,
        *,
        account: str = "",
        person: str = "",
        project: str | None = None,
    ) -> Order:
        """Send `request`, its `image` replaced by the address of `picture` once that is uploaded."""
        video = VideoOrder(order_id, title, request, picture, project)
        self.place_videos([video], account=account, person=person)
        return self._placed(order_id)

    def place_videos(
        self, videos: Sequence[VideoOrder], *, account: str = "", person: str = "", batch: str = ""
    ) -> list[str]:
        """Place many at once, all or none; returns the ids that are new."""
        self._rights.check(person, "order")
        self.start()
        context = self._context
        with storage_errors_as_invalid_input():
            keys = self._store_pictures(videos, batch)
            now = context.now()
            rows = [video_row(video, account, person, batch, context.home, now) for video in videos]
            return self._add([row | {"picture_key": keys.get(row["id"])} for row in rows])

    def _store_pictures(self, videos: Sequence[VideoOrder], batch: str) -> dict[str, str]:
        """Lay the pictures of new orders aside, each once; what the file of each order goes by."""
        known = self._context.repository.known([video.id for video in videos])
        keys, of_picture, stored = dict[str, str](), dict[int, str](), set[str]()
        for video in videos:
            if video.picture is None or video.id in known:
                continue
            key = of_picture.get(id(video.picture)) or key_of(batch, video.id, video.picture)
            if key not in stored:
                store_file(self._context, key, "picture", video.picture.data)
                stored.add(key)
            of_picture[id(video.picture)] = keys[video.id] = key
        return keys

    def _add(self, rows: Sequence[Mapping[str, Any]]) -> list[str]:
        recent = {account: self._context.repository.recent(account) for account in {row["account"] for row in rows}}
        priced = [{**row, "price": price_of(row, recent[row["account"]])} for row in rows]
        new = self._context.repository.add(priced)
        self._context.queue_moved.set()
        for order_id in new:
            with about_order(order_id):
                log.info("The order was placed")
        return new

    def place_again(
        self, order_id: str, new_id: str, changes: Mapping[str, Any] | None = None, *, by: str | None = None
    ) -> bool:
        """The same once more as a new order, with some parameters changed; False when Kling lacks its picture by now.

        Only what a person sees as one and the same "try again" should be given the same `new_id`. It is the order of
        whoever asks for it (`by`), where that is told.
        """
        self._rights.check(by, "order")
        with storage_errors_as_invalid_input():
            row = self._context.repository.get(order_id)
            again = row and row_again(row, new_id, changes or {}, self._context.now())
            if not again:
                return False
            self._add([{**again, "person": by or again["person"]}])
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
        self._rights.check(person, "upload")
        self.start()
        context = self._context
        with storage_errors_as_invalid_input():
            if context.repository.get(order_id) is None:
                store_file(context, order_id, "video", video)
                files = {"video": content_type}
                if cover is not None:
                    store_file(context, order_id, "cover", cover.data)
                    files["cover"] = cover.content_type
                body = request.to_wire() if request and cover else {}
                row = new_row(order_id, title, "motion" if cover else "clip", body, account, person, context.now())
                more = {"files": to_json(files), "home": context.home, "max_jobs": body.get("maxJobs")}
                self._add([row | more])
        return self._placed(order_id)

    def _placed(self, order_id: str) -> Order:
        with storage_errors_as_not_configured():
            row = self._context.repository.get(order_id)
        assert row is not None
        return order_from_row(row)
