"""`python -m kling.backup save FILE` and `… restore FILE`: the database and the data folder as one tar file.

Saving disturbs nobody and may be done while the dashboard runs. Restoring wants an empty place, and the dashboard not
yet started. What was not at Kling when it was saved may be there by now: so nothing is sent again by itself. What had
all its files at Kling is looked for, and for the rest a person is asked.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from kling.config import Settings, read_secrets
from kling.errors import KlingError, NotConfigured
from kling.orders.records import UNSENT
from kling.orders.watermark import Watermark
from kling.store import Store
from kling.store.engine import UNUSABLE, sqlite_file
from kling.store.tables import orders, workers

DATABASE, FOLDER = "database", "data"
FILLED = "But the database is filled: empty it before the dashboard is started, or it may pay for orders once more."
CLOCKS_DIFFER = 60_000
"""Milliseconds that Kling's clock may be behind ours."""


def save(settings: Settings, target: Path) -> None:
    """Everything there is, into one file that appears when it is whole. `NotConfigured` when it cannot be."""
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        copy, whole = Path(folder) / DATABASE, Path(folder) / "whole"
        # First: whatever is sent while the files are read is waiting in this copy, and is looked for.
        _copy_database(settings.database_url, copy)
        with tarfile.open(whole, "w") as archive:
            archive.add(copy, DATABASE)
            for path in sorted(_files(settings)):
                _add(archive, path, f"{FOLDER}/{path.relative_to(settings.data_dir).as_posix()}")
        whole.chmod(0o600)
        whole.replace(target)


def restore(settings: Settings, source: Path) -> int:
    """Everything, in an empty place; returns how many orders had not ended. Where it fails it may be tried again."""
    store = Store(settings.database_url)
    try:
        return _restore(settings, store, source)
    except sa.exc.SQLAlchemyError:
        raise NotConfigured(UNUSABLE) from None
    finally:
        store.close()


def _restore(settings: Settings, store: Store, source: Path) -> int:
    _refuse_used(store)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder, tarfile.open(source) as archive:
        archive.extractall(folder, filter="data")
        # The database last: with it there nothing is restored any more, and without a doubt it would send again.
        if (Path(folder) / FOLDER).exists():
            shutil.copytree(Path(folder) / FOLDER, settings.data_dir, dirs_exist_ok=True)
        file = sqlite_file(store.engine)
        if file is None:
            return _fill_postgresql(store, settings.database_url, Path(folder) / DATABASE)
        return _put_sqlite(store, file, Path(folder) / DATABASE)


def _files(settings: Settings) -> list[Path]:
    """The files of the data folder, without the database, what belongs to it, and the locks of running workers."""
    database = sqlite_file(Store(settings.database_url).engine)
    of_database = database.stem + "." if database is not None else "\0"
    found = (path for path in settings.data_dir.rglob("*") if path.is_file() and _lasts(path, settings))
    return [path for path in found if not (path.parent == settings.data_dir and path.name.startswith(of_database))]


def _lasts(path: Path, settings: Settings) -> bool:
    """Whether a file is more than the lock of a running worker, or what has come so far of a result's."""
    return path.suffix != ".worker" and path.parent != settings.data_dir / "archive" / "unfinished"


def _is_archive_elsewhere(settings: Settings) -> bool:
    return "://" in settings.archive or not Path(settings.archive).resolve().is_relative_to(settings.data_dir.resolve())


def _add(archive: tarfile.TarFile, path: Path, name: str) -> None:
    try:
        archive.add(path, name)
    except FileNotFoundError:
        return  # sent meanwhile


def _copy_database(url: str, target: Path) -> None:
    file = sqlite_file(Store(url).engine)
    if file is None:
        _run(["pg_dump", "--format=custom", "--no-owner", f"--file={target}"], url)
    elif not file.exists():
        raise NotConfigured("There is no database to save yet. Is this started with the settings of the dashboard?")
    else:
        with (
            closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")


def _fill_postgresql(store: Store, url: str, copy: Path) -> int:
    _run(["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(copy)], url, "--dbname")
    try:
        return _doubt_what_may_be_sent(store)[0]
    except (KlingError, sa.exc.SQLAlchemyError) as error:
        why = str(error) if isinstance(error, KlingError) else UNUSABLE
        raise NotConfigured(f"{why} {FILLED}") from None


def _put_sqlite(store: Store, file: Path, copy: Path) -> int:
    doubted = Store(f"sqlite:///{copy}")
    try:
        count, number = _doubt_what_may_be_sent(doubted, watermark := Watermark(store))
    finally:
        doubted.close()
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, without those of a write ahead
    # SQLite would take what a lost database left beside it for the end of this one.
    for ending in ("-wal", "-shm", "-journal"):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    shutil.copyfile(copy, unfinished)
    unfinished.chmod(0o600)
    unfinished.replace(file)
    watermark.remember(number)
    return count


def _run(command: list[str], url: str, option: str = "--dbname") -> None:
    """A program of PostgreSQL's; its password goes into the environment, for others can read what it is called with."""
    address = sa.make_url(url).set(drivername="postgresql")
    password = {"PGPASSWORD": str(address.password)} if address.password else {}
    shown = address.set(password=None).render_as_string()
    try:
        subprocess.run([*command, option, shown], check=True, env={**os.environ, **password})
    except FileNotFoundError:
        raise NotConfigured(f"The program {command[0]} is needed: install PostgreSQL's client programs.") from None
    except subprocess.CalledProcessError:
        raise NotConfigured(f"{command[0]} did not succeed; above it says why.") from None


def _refuse_used(store: Store) -> None:
    file = sqlite_file(store.engine)
    if file is not None and not file.exists():
        return
    with store.engine.connect() as connection:
        is_used = sa.inspect(connection).has_table(orders.name)
    if is_used:
        raise NotConfigured("There is a database already. Nothing was changed: restore into an empty one.")


def _doubt_what_may_be_sent(store: Store, watermark: Watermark | None = None) -> tuple[int, int]:
    """Whatever was about to be sent may have been since: it is looked for, or a person decides. Returns how many
    orders these are, and the number of the database from now on."""
    store.open()
    is_ready = orders.c.step.in_(("ready", "granted", "request", "looking"))
    taken_over = {"doubt": "taken over", "worker": None, "run": orders.c.run + 1, "not_before": None}
    since = sa.func.coalesce(orders.c.since, sa.cast(orders.c.placed_at * 1000, sa.BigInteger) - CLOCKS_DIFFER)
    tried = sa.case((orders.c.attempts == 0, 1), else_=orders.c.attempts)
    doubted = {"since": since, "attempts": tried, **taken_over}
    with store.engine.begin() as connection:
        connection.execute(sa.delete(workers))
        looked_for = sa.update(orders).where(is_ready).values(step="looking", unsure_at=orders.c.placed_at, **doubted)
        asked = (
            sa.update(orders)
            .where(orders.c.step.in_(UNSENT))
            .values(step="unknown", ended_at=orders.c.placed_at, **doubted)
        )
        count = connection.execute(looked_for).rowcount + connection.execute(asked).rowcount
        return count, watermark.raise_in(connection) if watermark else 0


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in ("save", "restore"):
        print("python -m kling.backup save FILE, or python -m kling.backup restore FILE", file=sys.stderr)
        return 2
    what, file = arguments[0], Path(arguments[1])
    try:
        settings = Settings.read(os.environ, read_secrets())
        if what == "save":
            save(settings, file)
            print(f"Saved to {file}. It holds pictures of people: keep it as safe as the dashboard.")
            if _is_archive_elsewhere(settings):
                print(f"The files of results lie in {settings.archive} and are not in it: save them there.")
        else:
            count = restore(settings, file)
            print(
                f"Restored. {count} orders may have been sent since it was saved: they are looked for, or you decide."
            )
    except (KlingError, OSError, tarfile.TarError, sqlite3.Error) as error:
        print(f"Nothing was {what}d. {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
