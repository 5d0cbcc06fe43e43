"""What is attacked: the dashboard as people start it; and a browser to look with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.attacks.desk import Desk, desk, provider
from tests.processes import Server, dashboard, free_port, started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """In practice mode, with room for 20 MB of uploads."""
    folder: Path = tmp_path_factory.mktemp("data")
    with dashboard(folder, KLING_UPLOAD_MB="20") as running:
        yield running


@contextmanager
def impatient_dashboard(folder: Path) -> Iterator[Server]:
    """In practice mode, as `impatient` has it."""
    options = ["--server.port", str(free_port()), "--server.headless", "true"]
    command = ["tests.attacks.impatient", "run", "app.py", *options]
    with started(command, KLING_API_TOKEN="", KLING_DATA_DIR=str(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def signing_provider() -> Iterator[str]:
    with provider() as url:
        yield url


@pytest.fixture(scope="session", name="desk")
def desk_with_sign_in(signing_provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("desk"), signing_provider) as found:
        yield found
