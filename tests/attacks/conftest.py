"""What is attacked: the dashboard as people start it; and a browser to look with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.attacks.protected import ProtectedDashboard, protected, provider
from tests.processes import Server, dashboard, dashboard_at, free_port


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """In practice mode, with room for 20 MB of uploads."""
    folder: Path = tmp_path_factory.mktemp("data")
    with dashboard(folder, KLING_UPLOAD_MB="20") as running:
        yield running


@contextmanager
def dashboard_with_short_limits(folder: Path) -> Iterator[Server]:
    """In practice mode, as `short_limits` has it."""
    with dashboard_at(free_port(), folder, program="tests.attacks.short_limits") as server:
        yield server


@pytest.fixture(scope="session")
def signing_provider() -> Iterator[str]:
    with provider() as url:
        yield url


@pytest.fixture(scope="session", name="protected")
def protected_dashboard(
    signing_provider: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ProtectedDashboard]:
    with protected(tmp_path_factory.mktemp("protected"), signing_provider) as found:
        yield found
