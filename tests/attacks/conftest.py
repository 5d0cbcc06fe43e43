"""One dashboard with sign-in for all attempts; each of them with people of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.desk import Desk, desk, provider


@pytest.fixture(scope="session")
def signing_provider() -> Iterator[str]:
    with provider() as url:
        yield url


@pytest.fixture(scope="session", name="desk")
def desk_with_sign_in(signing_provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(tmp_path_factory.mktemp("desk"), signing_provider) as found:
        yield found
