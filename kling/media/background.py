"""Repairs of videos, one after another in the background: a page hands one over and watches it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from kling.errors import InvalidInput, KlingError
from kling.media import Fix, Media, repair

FAULT = "This could not be done here just now. Try again in a minute, or tell whoever runs this dashboard."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A repair: the share done (0 to 1), then what came of it or why nothing did."""

    share: float = 0.0
    media: Media | None = None
    error: KlingError | None = None

    @property
    def is_over(self) -> bool:
        return self.media is not None or self.error is not None


class Workbench:
    """Thread-safe. One repair at a time: it takes all the cores there are, and looks at files go on beside it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._worker = ThreadPoolExecutor(1, "kling-workbench")

    def repair(self, key: str, file: Path, fixes: Sequence[Fix], target: Path) -> None:
        """Begin, or stand in line; a second call for a key that is there already changes nothing."""
        with self._lock:
            if key in self._jobs:
                return
            self._jobs[key] = Job()
        self._worker.submit(self._run, key, file, fixes, target)

    def job(self, key: str) -> Job | None:
        with self._lock:
            return self._jobs.get(key)

    def forget(self, key: str) -> None:
        """One that waits is not begun; of one that is at work the result is thrown away."""
        with self._lock:
            self._jobs.pop(key, None)

    def _run(self, key: str, file: Path, fixes: Sequence[Fix], target: Path) -> None:
        if self.job(key) is None:
            return
        try:
            media = repair(file, fixes, target, lambda share: self._update(key, share=share))
            self._update(key, share=1.0, media=media)
        except KlingError as error:
            self._update(key, error=error)
        except Exception:  # whoever waits for it would wait for ever
            log.exception("A video could not be repaired")
            self._update(key, error=InvalidInput(FAULT, "file"))
        if self.job(key) is None:
            target.unlink(missing_ok=True)

    def _update(self, key: str, **changes: object) -> None:
        with self._lock:
            if key in self._jobs:
                self._jobs[key] = replace(self._jobs[key], **changes)  # type: ignore[arg-type]
