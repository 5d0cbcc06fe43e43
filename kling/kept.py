"""Small things that people decide and Kling has no place for, each kind in one file of the data folder."""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import Any

from kling.errors import InvalidInput

log = logging.getLogger(__name__)


class Kept:
    """Values by key. Thread-safe; several processes on one folder see each other's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._read: tuple[int, dict[str, Any]] = (0, {})

    def all(self) -> dict[str, Any]:
        """Every value known, by its key."""
        try:
            changed = self._path.stat().st_mtime_ns
        except OSError:
            return {}
        if changed != self._read[0]:
            self._read = (changed, self._load())
        return self._read[1]

    def put(self, key: str, value: Any) -> None:
        """Keep a value; an empty one takes the key away. `InvalidInput` when it cannot be kept."""
        with self._lock:
            kept = {name: each for name, each in {**self._load(), key: value}.items() if each}
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                fresh = self._path.with_suffix(".new")
                fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
                fresh.replace(self._path)
            except OSError as error:
                raise InvalidInput(f"This could not be kept ({error.strerror}).", field="name") from None

    def _load(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            log.warning("%s cannot be read and is begun anew", self._path.name)
            return {}
        return {str(key): value for key, value in kept.items()} if isinstance(kept, dict) else {}


class MotionNames:
    """The names that people give to motions, by the motion's key."""

    LONGEST = 60

    def __init__(self, folder: Path) -> None:
        self._kept = Kept(folder / "motion-names.json")

    def all(self) -> dict[str, str]:
        return {key: str(name) for key, name in self._kept.all().items()}

    def give(self, key: str, name: str) -> None:
        """Name a motion; an empty name takes its name away. `InvalidInput` when it cannot be kept."""
        self._kept.put(key, name.strip()[: self.LONGEST])


class Favourites:
    """What each person has put a star on, by the person."""

    def __init__(self, folder: Path) -> None:
        self._kept = Kept(folder / "favourites.json")

    def of(self, person: str) -> frozenset[str]:
        """The keys of a person's favourites."""
        stars = self._kept.all().get(person)
        return frozenset(map(str, stars)) if isinstance(stars, list) else frozenset()

    def star(self, person: str, key: str, is_on: bool) -> None:
        """Put a star on something or take it away. `InvalidInput` when it cannot be kept."""
        now = self.of(person)
        self._kept.put(person, sorted(now | {key} if is_on else now - {key}))
