"""What the tests of the practice API ask it again and again."""

import io
from pathlib import Path
from typing import Any

import requests
from PIL import Image

from tests.sandbox_server import SECONDS, Sandbox, ok

NOT_FOUND = "Sorry, the requested resource was not found (VALID.ResourceNotFound)"
CREATE = {"workId": -100_000_000_000_004, "image": "http://x/y.jpg"}
MOTION_FIELDS = {"assetId", "assetType", "url", "coverUrl", "duration", "width", "height", "hasAudio", "createTime"}
TOO_SHORT = "The video must be at least 3 seconds long (MOTION.DURATION_LESS)"
ENDPOINTS = [
    ("POST", "/assets/"),
    ("GET", "/assets/uploaded/"),
    ("DELETE", "/assets/uploaded/"),
    ("GET", "/assets/download"),
    ("GET", "/videos/motions"),
    ("GET", "/elements"),
    ("POST", "/videos/motion-upload"),
    ("POST", "/videos/motion-create"),
    ("GET", "/tasks"),
    ("GET", "/tasks/1"),
    ("DELETE", "/tasks/1"),
    ("GET", "/accounts"),
    ("GET", "/accounts/practice@example.com"),
    ("GET", "/scheduler/available"),
    ("DELETE", "/scheduler/1"),
]


def fetch(link: str, **headers: str) -> requests.Response:
    return requests.get(link, headers=headers, timeout=60)


def files(sandbox: Sandbox) -> list[Path]:
    return sorted(sandbox.folder.glob("*"))


def listed(sandbox: Sandbox, **query: Any) -> list[dict[str, Any]]:
    assets: list[dict[str, Any]] = ok(sandbox.get("/assets/uploaded/", **query))["uploadAssetsList"]
    return assets


def delete_uploads(sandbox: Sandbox, ids: str) -> requests.Response:
    return sandbox.delete("/assets/uploaded/", email="practice@example.com", id=ids)


def noise(side: int) -> bytes:
    """A picture that does not compress: a byte a pixel."""
    file = io.BytesIO()
    Image.effect_noise((side, side), 90).save(file, "PNG")
    return file.getvalue()


def official(sandbox: Sandbox) -> list[dict[str, Any]]:
    return list(ok(sandbox.get("/videos/motions")))


def mine(sandbox: Sandbox, **query: Any) -> list[dict[str, Any]]:
    return list(ok(sandbox.get("/videos/motions", mine="true", **query)))


def order_many(sandbox: Sandbox, count: int) -> list[int]:
    """Ids of tasks made one after the other, oldest first."""
    image, ids = sandbox.picture(), []
    for _ in range(count):
        ids.append(sandbox.task(image=image))
        sandbox.clock.advance(SECONDS)
    return ids


def ids_of(answer: requests.Response) -> list[int]:
    return [item["task"]["id"] for item in ok(answer)["history"]]


def balance(sandbox: Sandbox) -> int:
    """Points."""
    email = next(iter(ok(sandbox.get("/accounts"))))
    return int(ok(sandbox.get(f"/accounts/{email}"))["balance"]["total"])


def work_of(sandbox: Sandbox, **changes: Any) -> dict[str, Any]:
    """The work of a video that has ended."""
    task = ok(sandbox.order_reference(**changes))["task"]["id"]
    sandbox.finish()
    return sandbox.work(task)


def arguments_of(answer: requests.Response) -> dict[str, str]:
    return {part["name"]: part["value"] for part in ok(answer)["task"]["taskInfo"]["arguments"]}
