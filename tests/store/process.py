"""Open a database in a process of its own: `python -m tests.store.process <url> [table]`.

Says "ready", opens it at the end of its input, and says "open". With the name of a table it is killed right after that
one was made, in the middle of a migration.
"""

from __future__ import annotations

import logging
import os
import signal
import sys

import sqlalchemy as sa

from kling.store import Store


def main(url: str, killed_after: str = "") -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    store = Store(url)

    @sa.event.listens_for(store.engine, "after_cursor_execute")
    def kill(*told: object) -> None:
        if killed_after and f"CREATE TABLE {killed_after}" in str(told[2]):
            os.kill(os.getpid(), signal.SIGKILL)

    print("ready", flush=True)
    sys.stdin.read()
    store.open()
    print("open", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
