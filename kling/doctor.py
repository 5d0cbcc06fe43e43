"""`python -m kling.doctor`: what keeps the dashboard from working here, a line each with what to do.

Ends with 1 where something is wrong. Changes nothing, orders nothing, never shows the token.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import sqlalchemy as sa

from kling.archive import ArchiveFile, StorageFault, open_files
from kling.archive.files import SAMPLE
from kling.archive.repository import Repository
from kling.client import KlingClient
from kling.config import SECRETS, Settings, read_secrets
from kling.errors import KlingError, Unauthorized
from kling.orders.watermark import Watermark
from kling.store import Store
from kling.store.engine import UNUSABLE, sqlite_file

ROOM = 2 * 1024**3
"""Bytes: ten clips of 200 MB."""
CLOCK_SECONDS = 30.0
ASK_SECONDS = 10.0


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, and a sentence: how it is, or what to do."""

    what: str
    is_well: bool
    finding: str

    def __str__(self) -> str:
        return f"{'ok   ' if self.is_well else 'WRONG'}  {self.what}: {self.finding}"


def examine(environ: Mapping[str, str], secrets: Path = SECRETS) -> Iterator[Finding]:
    """Every finding, as soon as it is made."""
    try:
        settings = Settings.read(environ, read_secrets(secrets))
    except KlingError as error:
        yield Finding("Settings", False, str(error))
        return
    yield Finding("Settings", True, "practice mode, nothing is charged" if settings.is_practice else "live mode")
    yield from _check_folder(settings.data_dir)
    yield _check_database(settings.database_url)
    yield _check_archive(settings)
    if settings.is_practice:
        yield Finding("Service", True, "not needed in practice mode")
    else:
        yield from _check_service(settings)


def _check_folder(folder: Path) -> Iterator[Finding]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        todo = "give the user that runs the dashboard the right to write there, or set KLING_DATA_DIR."
        yield Finding("Data folder", False, f"{folder} cannot be written to ({error.strerror}): {todo}")
        return
    yield Finding("Data folder", True, f"{folder.absolute()} can be written to")
    is_enough = free >= ROOM
    finding = f"{free / 1024**3:.1f} GB free" + ("" if is_enough else ", too little for uploads: free 2 GB at least.")
    yield Finding("Room", is_enough, finding)


def _check_database(url: str) -> Finding:
    try:
        store = Store(url)
        file = sqlite_file(store.engine)
        Watermark(store).check()
        if file is not None and not file.exists():
            return Finding("Database", True, "SQLite, made at the first start")
        with store.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
        store.close()
    except KlingError as error:
        return Finding("Database", False, str(error))
    except (sa.exc.SQLAlchemyError, OSError):
        return Finding("Database", False, UNUSABLE)
    return Finding("Database", True, f"{store.engine.dialect.name} answers")


def _check_archive(settings: Settings) -> Finding:
    try:
        files = open_files(settings.archive, settings.data_dir)
        next(files.all(), None)
    except KlingError as error:
        return Finding("Archive", False, str(error))
    except StorageFault:
        todo = "see to the rights there, the keys in the environment and the network, or correct KLING_ARCHIVE."
        return Finding("Archive", False, f"{settings.archive} does not answer: {todo}")
    if files.lacks(_some_files(settings.database_url)):
        todo = "see whether its disk is there, or correct KLING_ARCHIVE. Until then nothing new is kept."
        return Finding("Archive", False, f"{settings.archive} does not hold what was kept: {todo}")
    return Finding("Archive", True, f"{settings.archive} answers")


def _some_files(url: str) -> list[ArchiveFile]:
    """Some files that the database knows of; none where it cannot be read, which is said elsewhere."""
    with suppress(KlingError, sa.exc.SQLAlchemyError, OSError):
        store = Store(url)
        file = sqlite_file(store.engine)
        if file is None or file.exists():
            return Repository(store, "").some_files(SAMPLE)
    return []


def _check_service(settings: Settings) -> Iterator[Finding]:
    yield _check_clock(settings.api_url)
    try:
        accounts = KlingClient(settings.api_token, settings.api_url, read_seconds=ASK_SECONDS).list_accounts()
    except Unauthorized:
        yield Finding("Service", False, "it refuses the token: put the whole token into KLING_API_TOKEN.")
    except KlingError as error:
        todo = "see whether this machine may reach it, and whether KLING_API_URL is right."
        yield Finding("Service", False, f"{settings.api_url} gave no usable answer ({error}): {todo}")
    else:
        yield _check_account(settings.account, accounts)


def _check_account(account: str | None, accounts: Mapping[str, Any]) -> Finding:
    if not accounts:
        return Finding("Service", False, "the token has no Kling account: add one at useapi.net.")
    if account and account not in accounts:
        return Finding("Service", False, f"{account} is not an account of the token: correct KLING_ACCOUNT.")
    return Finding("Service", True, f"it answers and takes the token; accounts: {len(accounts)}")


def _check_clock(url: str) -> Finding:
    """This machine's clock beside the one of the service: orders that may have arrived are looked for by time."""
    try:
        with urlopen(Request(url, method="HEAD"), timeout=ASK_SECONDS) as answer:
            date = answer.headers["Date"]
    except HTTPError as answer:
        date = answer.headers["Date"]
    except (OSError, HTTPException):
        date = None
    try:
        off = abs(time.time() - parsedate_to_datetime(date or "").timestamp())
    except ValueError:
        return Finding("Clock", True, "nothing to compare it with")
    if off > CLOCK_SECONDS:
        return Finding("Clock", False, f"{off:.0f} s from the service's: let this machine set its clock by NTP.")
    return Finding("Clock", True, f"within {CLOCK_SECONDS:.0f} s of the service's")


def main() -> int:
    is_well = True
    for finding in examine(os.environ):
        print(finding, flush=True)
        is_well = is_well and finding.is_well
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
