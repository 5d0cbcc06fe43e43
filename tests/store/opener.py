"""Opens a database once it is told to: `python -m tests.store.opener <database> [table]`.

It says what it does, a line each, and "open" at the end. With the name of a table it says so and is killed right after
that one was made, in the middle of a migration.
"""

from __future__ import annotations

import logging
import os
import signal
import sys

import sqlalchemy as sa

from kling.store import Store


def main(database: str, killed_after: str = "") -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
    store = Store(database)

    @sa.event.listens_for(store.engine, "after_cursor_execute")
    def kill(*happened: object) -> None:
        if killed_after and f"CREATE TABLE {killed_after}" in str(happened[2]):
            print(f"made {killed_after}", flush=True)
            os.kill(os.getpid(), signal.SIGKILL)

    print("ready", flush=True)
    sys.stdin.readline()
    store.open()
    print("open", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
