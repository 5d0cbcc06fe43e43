"""Databases of both kinds to open: empty, or as older code left them."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.orders.worker_processes import postgres

DUMPS = Path(__file__).parent / "store" / "dumps"


@dataclass(frozen=True)
class Database:
    """One that nothing has opened yet."""

    kind: str
    url: str

    def run(self, sql: str) -> None:
        """Statements, past everything that Store does."""
        if self.kind == "postgresql":
            with psycopg.connect(self.url) as server:
                server.execute(sql.encode())
            return
        file = sqlite3.connect(self.path)
        file.executescript(sql)
        file.close()

    def load(self, commit: str) -> None:
        """Make it what the code of that commit left."""
        self.run((DUMPS / f"{commit}.{self.kind}.sql").read_text(encoding="utf-8"))

    @property
    def path(self) -> Path:
        return Path(self.url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The one of this process."""
    with postgres() as url:
        yield url


_numbers = itertools.count(1)


@pytest.fixture
def postgresql(postgres_server: str) -> Database:
    return empty_postgresql(postgres_server)


def empty_postgresql(postgres_server: str) -> Database:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    return Database("postgresql", postgres_server.removesuffix("postgres") + name)


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    folder = tmp_path / "data of Jürgen, 100 %"
    folder.mkdir()
    return Database("sqlite", f"sqlite:///{folder}/orders.sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Database)
    return found
