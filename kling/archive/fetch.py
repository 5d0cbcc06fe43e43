"""A file from a link of the service to this machine: whole, and where the connection breaks off, on from there.

What has come so far lies in the spool under a name that says of which file it is, so that the next try, of whatever
process, goes on with it. Another file under the same link is begun anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

from kling.archive.files import FULL, StorageFault
from kling.errors import ApiError, UnexpectedAnswer, Unreachable
from kling.http.media import MediaAnswer

NO_SUCH_RANGE = 416
TEXTS = ("text/", "application/json", "application/xml", "application/xhtml")
BREAKS = 8
"""So often a connection may break off in one try, if each brought something."""


class Reader(Protocol):
    """The client's part in it."""

    def open_media(self, url: str, start: int = 0) -> AbstractContextManager[MediaAnswer]: ...


class Fetched(NamedTuple):
    """A whole file on this machine."""

    path: Path
    hash: str
    size: int


class _Another(Exception):  # noqa: N818 - never leaves this module
    """The file under the link is not the one that came in part."""


class _Part:
    """What has come of a file so far."""

    def __init__(self, spool: Path, key: str) -> None:
        self._spool, self._key = spool, key
        self.path = next(iter(sorted(spool.glob(f"{key}.*.part"))), None)
        self.hash = hashlib.sha256()
        self.size = 0
        if self.path is not None:
            self._read()

    def _read(self) -> None:
        """But for the last byte: a server that is asked for the rest must have one to send."""
        assert self.path is not None
        with self.path.open("rb+") as file:
            file.truncate(max(0, file.seek(0, 2) - 1))
            file.seek(0)
            while piece := file.read(1 << 20):
                self.hash.update(piece)
                self.size += len(piece)

    def is_of(self, answer: MediaAnswer) -> bool:
        """Whether an answer goes on where this ends."""
        return self.path == self._path_of(answer) and self.size == answer.start

    def begin(self, answer: MediaAnswer) -> None:
        self.drop()
        self.path = self._path_of(answer)

    def drop(self) -> None:
        if self.path is not None:
            self.path.unlink(missing_ok=True)
        self.path, self.hash, self.size = None, hashlib.sha256(), 0

    def add(self, file: BinaryIO, piece: bytes) -> None:
        file.write(piece)
        self.hash.update(piece)
        self.size += len(piece)

    def _path_of(self, answer: MediaAnswer) -> Path:
        which = hashlib.sha256(f"{answer.tag} {answer.total}".encode()).hexdigest()[:16]
        return self._spool / f"{self._key}.{which}.part"


def fetch(
    reader: Reader,
    url: str,
    spool: Path,
    key: str,
    make_room: Callable[[int], None] = lambda size: None,
    go_on: Callable[[], None] = lambda: None,
) -> Fetched:
    """The file behind a link, under a `key` that no other file has.

    `make_room(size)` is asked before the first byte is written and `go_on()` with each piece; both may raise.
    `KlingError` where the file cannot be had, `StorageFault` where it cannot be written.
    """
    try:
        spool.mkdir(parents=True, exist_ok=True)
        with _alone(spool / f"{key}.lock"):
            part = _Part(spool, key)
            _fetch(reader, url, part, make_room, go_on)
            assert part.path is not None
            return Fetched(part.path, part.hash.hexdigest(), part.size)
    except OSError as error:
        raise StorageFault(error.strerror or type(error).__name__, error.errno in FULL) from None


def _fetch(reader: Reader, url: str, part: _Part, make_room: Callable[[int], None], go_on: Callable[[], None]) -> None:
    for last in (*[False] * BREAKS, True):
        before = part.size
        try:
            return _go_on(reader, url, part, make_room, go_on)
        except Unreachable:
            if last or part.size <= before:
                raise
        except _Another:
            if last:
                raise UnexpectedAnswer("The file is another one each time.") from None
            part.drop()
        except ApiError as error:
            if last or error.status != NO_SUCH_RANGE or not before:
                raise
            part.drop()  # the file is shorter by now
    return None


def _go_on(reader: Reader, url: str, part: _Part, make_room: Callable[[int], None], go_on: Callable[[], None]) -> None:
    with reader.open_media(url, part.size) as answer:
        if answer.kind.startswith(TEXTS):
            raise UnexpectedAnswer("A page came in place of a file.")
        if not part.is_of(answer):
            if answer.start:
                raise _Another
            part.begin(answer)
            make_room(answer.total or 0)
        assert part.path is not None
        with part.path.open("ab") as file:
            for piece in answer.pieces:
                part.add(file, piece)
                go_on()
    _check_length(part, answer)


def _check_length(part: _Part, answer: MediaAnswer) -> None:
    if answer.total is not None and part.size < answer.total:
        raise Unreachable("The connection broke off.")
    if part.size == 0 or (answer.total is not None and part.size > answer.total):
        part.drop()
        raise UnexpectedAnswer("The file has not the length that was told.")


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One of all processes of this machine; `Unreachable` while another one is at it."""
    with lock.open("w") as held:
        if fcntl is not None:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Unreachable("Another process is fetching the file.") from None
        yield
