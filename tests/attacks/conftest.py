"""What is attacked: the dashboard as people start it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Server, dashboard


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """In practice mode, with room for 20 MB of uploads."""
    folder: Path = tmp_path_factory.mktemp("data")
    with dashboard(folder, KLING_UPLOAD_MB="20") as running:
        yield running
