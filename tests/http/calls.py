"""One call of each endpoint, for tests that hold for all of them."""

import io
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from kling import (
    KlingClient,
    KlingError,
    MotionCreateRequest,
    MotionUploadRequest,
)

TOKEN = "user:1234-s3cretPart+/x"
TASK = {"task": {"id": 123456789}, "status_name": "submitted", "status_final": False}
VIDEO = MotionCreateRequest(work_id=-123456, image="https://x.y/p.jpg")
MOTION = MotionUploadRequest(resource_url="https://x.y/v.mp4", cover_url="https://x.y/c.jpg")
Call = Callable[[KlingClient], Any]


def quick(url: str, account: str | None = None, seconds: float = 5.0) -> KlingClient:
    return KlingClient(TOKEN, url, account, read_seconds=seconds, upload_seconds=seconds, connect_seconds=seconds)


def picture() -> io.BytesIO:
    return io.BytesIO(b"\x89PNG and more")


EVERY_POST: dict[str, Call] = {
    "upload_asset": lambda client: client.upload_asset(picture(), "image/png"),
    "upload_motion": lambda client: client.upload_motion(MOTION),
    "create_motion_video": lambda client: client.create_motion_video(VIDEO),
}
EVERY_DELETE: dict[str, Call] = {
    "delete_task": lambda client: client.delete_task(123),
    "delete_uploads": lambda client: client.for_account("me@x.y").delete_uploads([1, "2"]),
    "stop_tracking": lambda client: client.stop_tracking("job 1/2"),
}
EVERY_GET: dict[str, Call] = {
    "list_accounts": lambda client: client.list_accounts(),
    "get_account": lambda client: client.get_account("a@b.c"),
    "get_capacity": lambda client: client.get_capacity(),
    "list_uploads": lambda client: client.list_uploads(),
    "list_motions": lambda client: client.list_motions(),
    "list_elements": lambda client: client.list_elements(),
    "list_tasks": lambda client: client.list_tasks(),
    "get_task": lambda client: client.get_task(123456789),
    "get_download": lambda client: client.get_download([7]),
}
ALL = EVERY_POST | EVERY_DELETE | EVERY_GET
ONCE = EVERY_POST | EVERY_DELETE
posts = pytest.mark.parametrize("call", EVERY_POST.values(), ids=EVERY_POST)
gets = pytest.mark.parametrize("call", EVERY_GET.values(), ids=EVERY_GET)
once = pytest.mark.parametrize("call", ONCE.values(), ids=ONCE)
every = pytest.mark.parametrize("call", ALL.values(), ids=ALL)


def assert_no_token(error: KlingError) -> None:
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), "".join(traceback.format_exception(error))]
    assert not any("s3cretPart" in text for text in shown)
    assert error.__context__ is None  # requests' own exception holds the request, and that its headers
