"""The keys of a proxy: had, or a fault that `signed_header` knows, whatever the server does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kling.errors import KlingError, UnexpectedAnswer, Unreachable
from kling.http.keys import fetch_keys


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server that gives this answer to one request and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/certs"
        thread.join(10)


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
