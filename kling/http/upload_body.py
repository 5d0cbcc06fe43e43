"""A file as the body of a request, read in pieces while it is sent."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from kling.errors import InvalidInput

PIECE = 1024 * 1024


class UploadBody:
    """A file to send: its length, and its bytes in pieces of `PIECE` at most, from its start.

    `on_progress(sent, total)` is called in bytes, after each piece has left.
    """

    def __init__(self, file: BinaryIO, on_progress: Callable[[int, int], None] | None) -> None:
        self._file = file
        self._on_progress = on_progress
        self._total = file.seek(0, 2)
        if self._total == 0:
            raise InvalidInput("The file is empty.", "file")

    def __len__(self) -> int:
        return self._total

    def __iter__(self) -> Iterator[bytes | memoryview]:
        self._file.seek(0)
        sent, buffer = 0, memoryview(bytearray(min(PIECE, self._total)))
        while sent < self._total:
            piece = self._read(buffer[: self._total - sent])
            if not piece:
                raise InvalidInput("The file became shorter while it was sent.", "file")
            yield piece
            sent += len(piece)
            if self._on_progress:
                self._on_progress(sent, self._total)

    def _read(self, buffer: memoryview) -> bytes | memoryview:
        """Into the same memory again where the file can: new memory for each piece costs a tenth of the speed."""
        readinto = getattr(self._file, "readinto", None)
        return buffer[: readinto(buffer)] if readinto else self._file.read(len(buffer))
