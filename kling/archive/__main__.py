"""`python -m kling.archive check [--read] [--anyway]`, `… export FOLDER`, `… import FOLDER`.

Each takes the settings of the dashboard.

check compares the database with what is stored and mends what it can; with --read each file is read whole, with
--anyway also where the two have no file in common. export writes everything that is kept into a folder with an
index.csv, import takes such a folder back.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from kling.archive import Archive, StorageFault, mending, open_files, portable
from kling.config import Settings, read_secrets
from kling.errors import KlingError
from kling.store import Store
from kling.store.engine import UNUSABLE

PRACTICE = "practice"
WIDTH = 30


def show_progress(what: str, done: int, total: int) -> None:
    """A bar that grows in its line; without a terminal, its end alone."""
    if not total or (done < total and not sys.stderr.isatty()):
        return
    filled = WIDTH * done // total
    bar = "#" * filled + "." * (WIDTH - filled)
    print(f"\r{what}: [{bar}] {done:,} of {total:,}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def archive_of(settings: Settings) -> Archive:
    is_practice = settings.is_practice and settings.api_url == Settings.api_url
    service = PRACTICE if is_practice else settings.api_url
    return Archive(Store(settings.database_url), service, open_files(settings.archive, settings.data_dir))


def check(archive: Archive, reads_all: bool, anyway: bool) -> int:
    found = mending.check(archive, show_progress, reads_all, anyway=anyway)
    print(f"{found.good:,} files are as they should be.")
    for count, sentence in (
        (found.missing, "are missing or too short. Their results are copied again, as far as Kling still has them."),
        (
            found.damaged,
            "were damaged and are deleted. Their results are copied again, as far as Kling still has them.",
        ),
        (found.taken_in, "were there and needed, but not noted. They are now."),
        (found.deleted, "were needed by no result and are deleted."),
    ):
        if count:
            print(f"{count:,} {sentence}")
    return 0 if found.is_well else 1


def run(arguments: argparse.Namespace) -> int:
    archive = archive_of(Settings.read(os.environ, read_secrets()))
    if arguments.what == "check":
        return check(archive, arguments.read, arguments.anyway)
    if arguments.what == "export":
        count, lacking = portable.export(archive, arguments.folder, show_progress)
        print(f"{count:,} results are in {arguments.folder}. They show people: keep them as safe as the dashboard.")
        if lacking:
            print(f"{lacking:,} of them lack a file that is not in the archive any more. `check` tells more.")
        return 1 if lacking else 0
    new, broken = portable.take_back(archive, arguments.folder, show_progress)
    print(f"{new:,} results were taken in." + (f" {broken:,} were not: their files are not whole." if broken else ""))
    return 1 if broken else 0


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m kling.archive", description=__doc__)
    parts = parser.add_subparsers(dest="what", required=True)
    checking = parts.add_parser("check")
    checking.add_argument("--read", action="store_true")
    checking.add_argument("--anyway", action="store_true")
    for name in ("export", "import"):
        parts.add_parser(name).add_argument("folder", type=Path)
    try:
        return run(parser.parse_args(arguments))
    except SQLAlchemyError:
        problem = UNUSABLE
    except (KlingError, StorageFault, OSError) as error:
        problem = str(error)
    print(f"It was not done. {problem}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
