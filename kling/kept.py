"""Small things that people decide and Kling has no place for, each kind in one file of the data folder."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
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
            self._read = (changed, self._known())
        return self._read[1]

    def change(self, key: str, become: Callable[[Any], Any]) -> None:
        """Keep what `become` makes of the value so far (None without one); an empty one takes the key away.

        `InvalidInput` when it cannot be kept. A damaged file is put aside, not written over.
        """
        with self._lock:
            try:
                kept = self._to_write_on()
                value = become(kept.pop(key, None))
                self._path.parent.mkdir(parents=True, exist_ok=True)
                fresh = self._path.with_suffix(".new")
                text = json.dumps({**kept, key: value} if value else kept, ensure_ascii=False, indent=1)
                fresh.write_text(text, encoding="utf-8")
                fresh.replace(self._path)
            except OSError as error:
                raise InvalidInput(f"This could not be kept ({error.strerror}).", field="name") from None

    def _known(self) -> dict[str, Any]:
        try:
            return self._load()
        except (OSError, ValueError):
            log.warning("%s cannot be read; it counts as empty", self._path.name)
            return {}

    def _to_write_on(self) -> dict[str, Any]:
        try:
            return self._load()
        except FileNotFoundError:
            return {}
        except ValueError:
            aside = self._path.with_suffix(".damaged")
            self._path.replace(aside)
            log.warning("%s was damaged. It is begun anew; what was in it is in %s", self._path.name, aside.name)
            return {}

    def _load(self) -> dict[str, Any]:
        kept = json.loads(self._path.read_text(encoding="utf-8"))
        if not isinstance(kept, dict):
            raise ValueError("no values by key")
        return kept


class MotionNames:
    """The names that people give to motions, by the motion's key."""

    LONGEST = 60

    def __init__(self, folder: Path) -> None:
        self._kept = Kept(folder / "motion-names.json")

    def all(self) -> dict[str, str]:
        return {key: str(name) for key, name in self._kept.all().items()}

    def give(self, key: str, name: str) -> None:
        """Name a motion; an empty name takes its name away. `InvalidInput` when it cannot be kept."""
        self._kept.change(key, lambda _: name.strip()[: self.LONGEST])


class Favourites:
    """What each person has put a star on, by the person."""

    def __init__(self, folder: Path) -> None:
        self._kept = Kept(folder / "favourites.json")

    def of(self, person: str) -> frozenset[str]:
        """The keys of a person's favourites."""
        return self._stars(self._kept.all().get(person))

    def star(self, person: str, key: str, is_on: bool) -> None:
        """Put a star on something or take it away. `InvalidInput` when it cannot be kept."""
        starred = {key} if is_on else set()
        self._kept.change(person, lambda stars: sorted(self._stars(stars) - {key} | starred))

    @staticmethod
    def _stars(kept: object) -> frozenset[str]:
        return frozenset(map(str, kept)) if isinstance(kept, list) else frozenset()
