"""The names that people give to motions, kept in one small file of the data folder: Kling has no place for them."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path

from kling.errors import InvalidInput

LONGEST = 60
log = logging.getLogger(__name__)


class MotionNames:
    """Names by the motion's key. Thread-safe; several processes on one folder see each other's names."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "motion-names.json"
        self._lock = threading.Lock()
        self._read: tuple[int, dict[str, str]] = (0, {})

    def all(self) -> dict[str, str]:
        """Every name known, by the motion's key."""
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            return {}
        if changed != self._read[0]:
            self._read = (changed, self._load())
        return self._read[1]

    def give(self, key: str, name: str) -> None:
        """Name a motion; an empty name takes its name away. `InvalidInput` when it cannot be kept."""
        with self._lock:
            names = {**self._load(), key: name.strip()[:LONGEST]}
            kept = {each: text for each, text in names.items() if text}
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                fresh = self._path.with_suffix(".new")
                fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
                fresh.replace(self._path)
            except OSError as error:
                raise InvalidInput(f"The name could not be kept ({error.strerror}).", field="name") from None

    def _load(self) -> dict[str, str]:
        try:
            names = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            log.warning("the names of the motions cannot be read and are begun anew")
            return {}
        return {str(key): str(name) for key, name in names.items()} if isinstance(names, dict) else {}
