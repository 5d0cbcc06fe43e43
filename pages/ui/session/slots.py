"""How many downloads a person may have under way at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from kling import InvalidInput
from pages.ui import wording

PER_PERSON = 2


class Slots:
    """Places for what takes long. Thread-safe."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def one(self, person: str) -> Iterator[None]:
        """One of this person's places; `InvalidInput` while all of them are taken."""
        with self._lock:
            if self._taken[person] >= PER_PERSON:
                raise InvalidInput(wording.TOO_MANY_DOWNLOADS, "download")
            self._taken[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[person] -= 1
                self._taken += Counter()  # without those who have none
