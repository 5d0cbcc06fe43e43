"""A clip for all tests of media."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.samples import clip


@pytest.fixture(scope="session")
def dance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds with sound, a key frame each second."""
    return clip(tmp_path_factory.mktemp("media") / "dance.mp4", 4.0, sound=True)
