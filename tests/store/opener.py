"""Open a database in processes that start at once, from one that has imported everything."""

from __future__ import annotations

import logging
import os
import signal
import sys
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kling.store import Store

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])


class Opener:
    """A process that opens a database once it is told to, and writes what it says into a file.

    With the name of a table it is killed right after that one was made, in the middle of a migration.
    """

    def __init__(self, url: str, output: Path, killed_after: str = "") -> None:
        self._go, theirs = CONTEXT.Pipe()
        self._output = output
        self._process = CONTEXT.Process(target=_open, args=(url, output, theirs, killed_after))
        self._process.start()
        theirs.close()

    def go(self) -> None:
        """Raises EOFError when it did not start."""
        self._go.recv()
        self._go.send("go")

    def end(self) -> tuple[list[str], int | None]:
        """What it said, a line each, and how it ended."""
        self._process.join(60)
        self._go.close()
        return self._output.read_text(encoding="utf-8").splitlines(), self._process.exitcode


def _open(url: str, output: Path, told: Connection[Any, Any], killed_after: str) -> None:
    sys.stdout = output.open("w", encoding="utf-8", buffering=1)
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    store = Store(url)

    @sa.event.listens_for(store.engine, "after_cursor_execute")
    def kill(*happened: object) -> None:
        if killed_after and f"CREATE TABLE {killed_after}" in str(happened[2]):
            os.kill(os.getpid(), signal.SIGKILL)

    told.send("ready")
    told.recv()
    store.open()
    print("open", flush=True)
