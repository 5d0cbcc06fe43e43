"""The keys of a proxy: had, or a fault that `signed_header` knows, whatever the server does."""

from __future__ import annotations

import pytest

from kling.errors import KlingError, UnexpectedAnswer, Unreachable
from kling.http.keys import fetch_keys
from tests.raw_server import answering


def test_what_the_proxy_signs_with_is_read() -> None:
    with answering(b'HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{"keys": []}') as url:
        assert fetch_keys(url) == {"keys": []}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", Unreachable),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"ke", Unreachable),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnone", Unreachable),
        (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", Unreachable),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", UnexpectedAnswer),
    ],
)  # fmt: skip
def test_what_breaks_off_or_is_something_else_is_a_fault_of_the_proxy(
    answer: bytes, expected: type[KlingError]
) -> None:
    with answering(answer) as url, pytest.raises(expected):
        fetch_keys(url)
