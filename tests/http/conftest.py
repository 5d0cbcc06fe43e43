"""An upstream that records, and a client of it that tries again at once."""

from collections.abc import Iterator

import pytest

from kling import (
    KlingClient,
)
from kling.http import retries
from tests.http.calls import quick
from tests.recorder import Recorder, recording


@pytest.fixture
def upstream() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries.READ_RETRY, "backoff_factor", 0.001)


@pytest.fixture
def client(upstream: Recorder) -> Iterator[KlingClient]:
    client = quick(upstream.url)
    yield client
    client.close()
