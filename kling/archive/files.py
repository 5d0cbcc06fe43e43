"""Where kept files lie: in a folder, or in a bucket (S3, Google, Azure). A file is named by the hash of its content.

So it is written once, whole or not at all, and whoever writes the same again changes nothing.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, NotFoundError
from obstore.store import LocalStore, from_url

from kling.archive.records import ArchiveFile
from kling.errors import NotConfigured

BUCKET = re.compile(r"(s3|gs|az)://[^/]")
PIECE = 4 * 1024 * 1024
"""Bytes that are read at a time."""
ONE_REQUEST_BYTES = 16 * 1024 * 1024
"""A file up to this size goes into a bucket in one request, that does not write over another; larger ones in parts."""
ENDINGS = {"video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm", "image/jpeg": "jpg", "image/png": "png"}
LINK_SECONDS = 900
RETRIES: Any = {"max_retries": 4, "retry_timeout": timedelta(seconds=30)}
CLIENT: Any = {"connect_timeout": "10s", "timeout": "120s", "allow_http": True}
SAMPLE = 3
"""So many files tell whether the place is the right one; a single one may have been deleted by hand."""
FULL = (errno.ENOSPC, errno.EDQUOT)


class StorageFault(Exception):  # noqa: N818 - as the house names its errors
    """The archive cannot be read or written; `is_full` where the disk has no room. Its words are for the log."""

    def __init__(self, message: str, is_full: bool = False) -> None:
        super().__init__(message)
        self.is_full = is_full


class Missing(StorageFault):
    """The file is not where it should be."""


class Stored(NamedTuple):
    """A file that lies there: under which name, its size in bytes, and when it was written (seconds)."""

    name: str
    size: int
    written_at: float


class Files:
    """Files in a bucket. Threads may share it."""

    def __init__(self, store: Any, spool: Path) -> None:
        self._store = store
        self.spool = spool
        """A folder on this machine for what is not whole yet."""

    def put(self, path: Path, file: ArchiveFile) -> None:
        """Store a whole file of this machine, which is gone afterwards."""
        with _storage_faults():
            if self.size_of(file) != file.size:
                self._put(path, file)
            path.unlink(missing_ok=True)

    def _put(self, path: Path, file: ArchiveFile) -> None:
        attributes: Any = {"Content-Type": file.content_type, "Cache-Control": "private, max-age=31536000, immutable"}
        name = name_of(file)
        if file.size > ONE_REQUEST_BYTES:
            parts: Any = {"use_multipart": True, "chunk_size": PIECE * 2, "max_concurrency": 2}
            obstore.put(self._store, name, path, attributes=attributes, **parts)
        else:
            with suppress(AlreadyExistsError):  # the same content, by its name
                obstore.put(self._store, name, path.read_bytes(), attributes=attributes, mode="create")

    def size_of(self, file: ArchiveFile) -> int | None:
        """Bytes of the file as it lies there; None when it does not."""
        with _storage_faults():
            try:
                return obstore.head(self._store, name_of(file))["size"]
            except (NotFoundError, FileNotFoundError):
                return None

    def pieces(self, file: ArchiveFile, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` up to `end`, which is not among them."""
        until = file.size if end is None else min(end, file.size)
        while start < until:
            with _storage_faults():
                piece = bytes(obstore.get_range(self._store, name_of(file), start=start, end=min(start + PIECE, until)))
            if not piece:
                raise StorageFault("a kept file ended early")
            yield piece
            start += len(piece)

    def path_of(self, file: ArchiveFile) -> Path | None:
        """Where it lies on this machine; None when it does not."""
        return None

    def link_to(self, file: ArchiveFile) -> str | None:
        """A link under which a browser finds it for a short while; None where only we can reach it."""
        with _storage_faults():
            return str(obstore.sign(self._store, "GET", name_of(file), timedelta(seconds=LINK_SECONDS)))

    def delete(self, name: str) -> None:
        """One that is not there is no fault."""
        with _storage_faults(), suppress(NotFoundError, FileNotFoundError):
            obstore.delete(self._store, name)

    def all(self) -> Iterator[Stored]:
        """Every file that lies there, whoever knows of it."""
        with _storage_faults():
            for page in obstore.list(self._store, "files"):
                yield from (Stored(each["path"], each["size"], each["last_modified"].timestamp()) for each in page)

    def free(self) -> int | None:
        """Bytes of room left; None where nobody can tell."""
        return None

    def lacks(self, some: Sequence[ArchiveFile]) -> bool:
        """Whether none of some files that were kept is here, as in a folder whose disk is away. A bucket says so."""
        return False


class Folder(Files):
    """Files in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        super().__init__(LocalStore(folder, mkdir=True), folder / "unfinished")
        self._folder = folder

    def _put(self, path: Path, file: ArchiveFile) -> None:
        target = self._folder / name_of(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        with path.open("rb") as written:
            os.fsync(written.fileno())
        path.replace(target)

    def path_of(self, file: ArchiveFile) -> Path | None:
        path = self._folder / name_of(file)
        return path if path.is_file() else None

    def link_to(self, file: ArchiveFile) -> str | None:
        return None

    def free(self) -> int | None:
        with _storage_faults():
            return shutil.disk_usage(self._folder).free

    def lacks(self, some: Sequence[ArchiveFile]) -> bool:
        return len(some) >= SAMPLE and not any(map(self.path_of, some))


def open_files(where: str, data_dir: Path) -> Files:
    """What `KLING_ARCHIVE` names. `NotConfigured` with a sentence where it cannot be used."""
    try:
        if BUCKET.match(where):
            store = from_url(where, retry_config=RETRIES, client_options=CLIENT)
            return Files(store, data_dir / "archive" / "unfinished")
        folder = Path(where).absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return Folder(folder)
    except (BaseError, ValueError, OSError) as fault:
        # The words of the fault may hold what the environment says, keys too.
        raise NotConfigured(
            f"The archive cannot be opened ({type(fault).__name__}): correct KLING_ARCHIVE, or see to the rights there."
        ) from None


def name_of(file: ArchiveFile) -> str:
    """Where it lies, below the top of the archive."""
    return f"files/{file.hash[:2]}/{file.hash}.{ENDINGS.get(file.content_type, 'bin')}"


@contextmanager
def _storage_faults() -> Iterator[None]:
    """Whatever goes wrong there as a `StorageFault`."""
    try:
        yield
        return
    except (NotFoundError, FileNotFoundError):
        fault: StorageFault = Missing("a kept file is not there")
    except OSError as error:
        fault = StorageFault(error.strerror or type(error).__name__, error.errno in FULL)
    except BaseError as error:
        fault = StorageFault(type(error).__name__, "No space left" in str(error))
    raise fault
