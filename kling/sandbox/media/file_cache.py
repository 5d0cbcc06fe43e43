"""Files that are made when somebody first asks for them, and kept on disk up to a number of bytes.

Making happens in two threads for the whole process, whichever event loop asks; those who ask for a file
that is just being made get the same future.
"""

import asyncio
import functools
import shutil
import threading
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Make = Callable[[Path], None]
"""Writes the file at the path it is given; its ending says which format."""

TEMPORARY = 100


@functools.cache
def executor() -> ThreadPoolExecutor:
    """Two threads: the machine's processors are shared with the dashboard."""
    return ThreadPoolExecutor(2, thread_name_prefix="kling-sandbox")


class FileCache:
    def __init__(self, folder: Path, max_bytes: int, max_files: int) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.max_files = max_files
        self._lock = threading.Lock()
        self._makers: dict[str, Make] = {}
        self._sizes: OrderedDict[str, int] = OrderedDict()
        """Bytes of the files that lie ready, least recently wanted first."""
        self._temporary: deque[str] = deque()
        self._making: dict[str, Future[Path]] = {}

    def register(self, name: str, make: Make) -> None:
        """From now on `make` writes the file of that name when it is wanted."""
        with self._lock:
            self._makers[name] = make

    def register_temporary(self, name: str, make: Make) -> None:
        """Register something that nobody will remove: only the TEMPORARY newest stay."""
        self._temporary.append(name)
        if len(self._temporary) > TEMPORARY:
            self.remove(self._temporary.popleft())
        self.register(name, make)

    def remove(self, name: str) -> None:
        with self._lock:
            self._makers.pop(name, None)
            if self._sizes.pop(name, None) is not None:
                (self.folder / name).unlink(missing_ok=True)

    def get_future(self, name: str) -> Future[Path] | None:
        """The file's path as soon as it lies there; None for a name that is not registered."""
        with self._lock:
            if name not in self._makers:
                return None
            if name in self._sizes:
                self._sizes.move_to_end(name)
                ready: Future[Path] = Future()
                ready.set_result(self.folder / name)
                return ready
            if name not in self._making:
                self._making[name] = executor().submit(self._make, name, self._makers[name])
            return self._making[name]

    def get(self, name: str) -> Path:
        """The file's path, made here and now unless it lies ready: for a file that is made from another."""
        with self._lock:
            if name in self._sizes:
                self._sizes.move_to_end(name)
                return self.folder / name
            make = self._makers.get(name)
        if make is None:
            raise FileNotFoundError(name)
        return self._make(name, make)

    def clear(self) -> None:
        """Away with the files, and with making those that have not been begun; what is registered stays so."""
        with self._lock:
            self._making = {name: made for name, made in self._making.items() if not made.cancel()}
            self._sizes.clear()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self, name: str, make: Make) -> Path:
        draft = self.folder / f"{uuid.uuid4().hex}-{name}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            make(draft)
            self._keep(name, draft)
        finally:
            draft.unlink(missing_ok=True)
            with self._lock:
                self._making.pop(name, None)
        return self.folder / name

    def _keep(self, name: str, draft: Path) -> None:
        size = draft.stat().st_size
        with self._lock:
            if name not in self._makers:
                # Deleted while it was being made.
                raise FileNotFoundError(name)
            draft.replace(self.folder / name)
            self._sizes[name] = size
            self._sizes.move_to_end(name)
            while len(self._sizes) > 1 and (
                sum(self._sizes.values()) > self.max_bytes or len(self._sizes) > self.max_files
            ):
                oldest, _ = self._sizes.popitem(last=False)
                (self.folder / oldest).unlink(missing_ok=True)


async def run_in_executor(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in the two threads, from any event loop."""
    return await asyncio.wrap_future(executor().submit(work, *args, **kwargs))
