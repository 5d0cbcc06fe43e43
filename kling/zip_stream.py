"""Several files as one .zip that is never held whole: made piece by piece while it is sent."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kling.errors import KlingError

MISSING = "not included.txt"


class Entry(NamedTuple):
    """A file to be: its name, and how to get at its pieces."""

    name: str
    pieces: Callable[[], Iterable[bytes]]


class _Buffer:
    """What the archive writes into: it is taken out again before the next piece."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def stream(entries: Iterable[Entry]) -> Iterator[bytes]:
    """The archive in pieces. Videos are stored as they are: they do not get smaller.

    A file that cannot be fetched is named in a text at the end, and the others come all the same.
    """
    buffer, missing = _Buffer(), []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for entry in entries:
            try:
                for _ in _store(archive, entry):
                    yield buffer.take()
            except KlingError as error:
                missing.append(f"{entry.name}: {type(error).__name__}")
        if missing:
            archive.writestr(MISSING, "\n".join(("These could not be fetched whole:", *missing, "")))
    yield buffer.take()


def _store(archive: zipfile.ZipFile, entry: Entry) -> Iterator[None]:
    """Yields after each piece. Nothing of a file stands in the archive whose first piece cannot be had."""
    pieces = iter(entry.pieces())
    piece = next(pieces, b"")
    with archive.open(entry.name, "w", force_zip64=True) as file:
        while piece:
            file.write(piece)
            yield
            piece = next(pieces, b"")
