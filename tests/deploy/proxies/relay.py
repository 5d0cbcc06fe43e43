"""A machine of its own for the person in front of the browser, so that it is seen whose address the dashboard knows."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

ADDRESS = "127.0.0.77"
"""Of the person: neither this machine's usual one nor one that the dashboard believes."""
PIECE = 1 << 20


@contextmanager
def person_elsewhere(port: int) -> Iterator[None]:
    """What comes to this port of `ADDRESS` goes from there to the same port of this machine, and back."""
    ends: list[socket.socket] = []
    with ExitStack() as stack:  # closes them when no thread waits for one any more
        listener = stack.enter_context(socket.create_server((ADDRESS, port), backlog=100))
        with ThreadPoolExecutor(200) as threads:
            accepting = threads.submit(_accept, listener, port, ends, threads, stack)
            try:
                yield
            finally:  # else a test that fails waits for its threads for ever
                _shut_down(listener)
                accepting.result()
                for end in ends:
                    _shut_down(end)


def _accept(
    listener: socket.socket, port: int, ends: list[socket.socket], threads: ThreadPoolExecutor, stack: ExitStack
) -> None:
    with suppress(OSError):  # which is how it ends
        while True:
            browser = stack.enter_context(listener.accept()[0])
            proxy = stack.enter_context(socket.create_connection(("127.0.0.1", port), source_address=(ADDRESS, 0)))
            ends += [browser, proxy]
            threads.submit(_pass_on, browser, proxy)
            threads.submit(_pass_on, proxy, browser)


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def _shut_down(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
