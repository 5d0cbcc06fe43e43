from collections.abc import Iterator

import pytest

from .sandbox_server import START, Sandbox, sandbox_of


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    with sandbox_of() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """A practice API as if just started: one account, a clock that stands still."""
    running_sandbox.clock.now = START
    running_sandbox.lever("reset")
    return running_sandbox
