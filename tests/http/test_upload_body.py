"""A file is sent in pieces, whatever it is read from."""

import io
from typing import BinaryIO, cast

import pytest

from kling import (
    InvalidInput,
    KlingClient,
)
from tests.recorder import Recorder, answer, drop


def test_an_upload_tells_its_progress_and_its_length(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"status": 1, "resourceUrl": "https://x.y/v.mp4", "coverUrl": "https://x.y/c.jpg"}))
    content, told = bytes(range(256)) * 10_000, []
    file = io.BytesIO(content)
    file.seek(100)
    asset = client.upload_asset(file, "video/mp4", on_progress=lambda sent, total: told.append((sent, total)))
    (seen,) = upstream.seen
    assert seen.body == content
    assert seen.headers["content-length"] == "2560000"
    assert seen.headers["content-type"] == "video/mp4"
    assert "transfer-encoding" not in seen.headers
    assert told == [(1048576, 2560000), (2097152, 2560000), (2560000, 2560000)]
    assert (asset.url, asset.resource_url, asset.cover_url) == (None, "https://x.y/v.mp4", "https://x.y/c.jpg")


def test_a_fault_of_the_listener_stops_the_upload(upstream: Recorder, client: KlingClient) -> None:
    def cancel(sent: int, total: int) -> None:
        raise LookupError(sent)

    upstream.will(drop)
    with pytest.raises(LookupError, match="1048576"):
        client.upload_asset(io.BytesIO(b"x" * 3_000_000), "video/mp4", on_progress=cancel)


class ReadOnly:
    """A file that can do no more than it must; from `ends_at` on it gives nothing."""

    def __init__(self, content: bytes, ends_at: int) -> None:
        self._file, self._ends_at = io.BytesIO(content), ends_at
        self.seek = self._file.seek

    def read(self, size: int) -> bytes:
        return self._file.read(min(size, self._ends_at - self._file.tell()))


def test_a_file_that_can_only_read(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(answer(200, {"url": "https://x.y/1.jpg"}))
    client.upload_asset(cast(BinaryIO, ReadOnly(b"12345" * 300_000, 1_500_000)), "video/mp4")
    assert upstream.seen[0].body == b"12345" * 300_000


def test_a_file_that_shrinks_ends_at_once(upstream: Recorder, client: KlingClient) -> None:
    upstream.will(drop)
    with pytest.raises(InvalidInput):
        client.upload_asset(cast(BinaryIO, ReadOnly(b"12345", 3)), "video/mp4")
