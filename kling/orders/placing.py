"""What is written down when somebody places an order, and the request that comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kling.models import MotionCreateRequest
from kling.orders.records import Kind, PictureFile, Request, VideoRequest, read_request
from kling.orders.repository import Row, to_json


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
    same = {name: row[name] for name in ("batch", "files", "addresses", "max_jobs")}
    return again | same | {"home": None}


def request_of(row: Row) -> Request:
    """What is sent: as it was placed, with the addresses of the files and the order's id as its reference."""
    addresses, body = json.loads(row["addresses"]), json.loads(row["body"])
    if row["kind"] == "motion":
        body |= {"resourceUrl": addresses["video"], "coverUrl": addresses["cover"]}
    elif "picture" in addresses:
        body |= {"imageUrl" if row["kind"] == "reference" else "image": addresses["picture"]}
    return read_request(row["kind"], {"replyRef": row["id"], **body})
