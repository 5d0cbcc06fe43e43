"""Orders that are carried out at a Kling in hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kling.orders import Orders
from tests.orders.upstream import Kling, orders_of


@pytest.fixture
def kling() -> Kling:
    return Kling()


@pytest.fixture
def orders(kling: Kling, tmp_path: Path) -> Iterator[Orders]:
    with orders_of(kling, tmp_path) as running:
        yield running
