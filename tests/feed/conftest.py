"""An upstream for each test."""

from __future__ import annotations

import pytest

from tests.feed.upstream import Kling


@pytest.fixture
def kling() -> Kling:
    return Kling()
