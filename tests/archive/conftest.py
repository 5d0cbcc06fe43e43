"""An archive in a folder, over a database of either kind, and a practice API to copy from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kling import Task
from kling.archive import Archive, open_files
from kling.store import Store, cache
from tests.archive.cdn import Service, service_of
from tests.archive.copier import Copier
from tests.databases import Database

NOW = 1_800_000_000.0


def archive_over(database: Database, folder: Path) -> Iterator[Archive]:
    store = Store(database.url)
    yield Archive(store, "kling", open_files(str(folder / "archive"), folder))
    store.close()


@pytest.fixture(autouse=True)
def read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one of several objects changes shows at once in the others, as if they were of one process."""
    monkeypatch.setattr(cache, "MAX_AGE", 0.0)


@pytest.fixture
def archive(sqlite: Database, tmp_path: Path) -> Iterator[Archive]:
    yield from archive_over(sqlite, tmp_path)


@pytest.fixture
def either_archive(database: Database, tmp_path: Path) -> Iterator[Archive]:
    """Over SQLite, and over PostgreSQL."""
    yield from archive_over(database, tmp_path)


@pytest.fixture(scope="module")
def practice() -> Iterator[tuple[Service, Task]]:
    with service_of() as service:
        yield service, service.finished(prompt="A slow dance")


@pytest.fixture
def service(practice: tuple[Service, Task]) -> Service:
    practice[0].cdn.clear()
    return practice[0]


@pytest.fixture
def task(practice: tuple[Service, Task]) -> Task:
    return practice[1]


@pytest.fixture
def copier(archive: Archive, service: Service) -> Copier:
    return Copier(archive, service)
