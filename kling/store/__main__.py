"""Write a migration for what was changed in `tables`: `python -m kling.store "what changes"`.

It is found by comparing the tables with a new SQLite database that has every migration so far. Read it before use:
renaming looks like dropping and making anew.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command

from kling.store import Store
from kling.store.upgrade import run_alembic, scripts


def main(what: str) -> None:
    number = int(scripts().get_current_head() or 0) + 1
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder).as_posix()}/new.sqlite")
        store.open()
        with store.engine.connect() as connection:
            run_alembic(
                connection,
                lambda config: command.revision(config, what, autogenerate=True, rev_id=f"{number:04}"),
            )
        store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
