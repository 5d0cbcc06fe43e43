import functools
import threading
from collections.abc import Iterator

import pytest

from tests.sandbox.listener import Listener
from tests.sandbox_server import Sandbox


@pytest.fixture
def second(sandbox: Sandbox) -> Sandbox:
    """A practice API of the second generation, as if just started."""
    sandbox.lever("generation", generation=2)
    return sandbox


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as server:
        thread = threading.Thread(target=functools.partial(server.serve_forever, poll_interval=0.02))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
