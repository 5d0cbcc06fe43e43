"""A real HTTP server on loopback that writes down what it receives and answers what it is told."""

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Behaviour = bytes | Callable[["Recorder", socket.socket], None]


@dataclass
class Seen:
    """One request, as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Recorder:
    """`answers` are used up one a request; the last one stays."""

    url: str
    answers: deque[Behaviour] = field(default_factory=deque)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0
    opened: list[socket.socket] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def will(self, *answers: Behaviour) -> None:
        """From now on, these."""
        self.answers = deque(answers)

    def next(self) -> Behaviour:
        return self.answers.popleft() if len(self.answers) > 1 else self.answers[0]


def answer(status: int, body: Any = b"", **headers: str) -> bytes:
    """A whole answer; a body that is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content


def drop(recorder: Recorder, connection: socket.socket) -> None:
    """The request arrived, the answer never comes."""
    connection.close()


def hang(recorder: Recorder, connection: socket.socket) -> None:
    """Says nothing until the test is over."""
    recorder.closing.wait(20)


def then_close(content: bytes) -> Behaviour:
    """Answers, and closes a connection the other side may want to use again."""

    def close_after(recorder: Recorder, connection: socket.socket) -> None:
        connection.sendall(content)
        connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    return close_after


@contextmanager
def recording() -> Iterator[Recorder]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        recorder = Recorder(f"http://127.0.0.1:{listener.getsockname()[1]}/v1/kling")
        threads: list[threading.Thread] = []
        accepting = threading.Thread(target=_accept, args=(listener, recorder, threads))
        accepting.start()
        try:
            yield recorder
        finally:
            recorder.closing.set()
            for each in [listener, *recorder.opened]:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            for thread in [accepting, *threads]:
                thread.join(10)


def _accept(listener: socket.socket, recorder: Recorder, threads: list[threading.Thread]) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            recorder.connections += 1
            recorder.opened.append(connection)
            threads.append(threading.Thread(target=_serve, args=(connection, recorder), daemon=True))
            threads[-1].start()


def _serve(connection: socket.socket, recorder: Recorder) -> None:
    connection.settimeout(10)
    with connection, connection.makefile("rb") as stream, suppress(OSError, ValueError):
        while line := stream.readline():
            recorder.seen.append(_read(line, stream))
            behaviour = recorder.next()
            if callable(behaviour):
                return behaviour(recorder, connection)
            connection.sendall(behaviour)
    return None


def _read(line: bytes, stream: Any) -> Seen:
    method, target, _ = line.decode().split(" ", 2)
    headers: dict[str, str] = {}
    while (header := stream.readline()).strip():
        name, _, value = header.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    return Seen(method, target, headers, stream.read(int(headers.get("content-length", 0))))
