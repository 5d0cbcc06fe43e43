"""What is kept for people: by owner and kind, changed last first, and only so much."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kling.store import SavedValues, Store, cache
from kling.store.saved_values import EVERYBODY, MOST, Kind


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(f"sqlite:///{tmp_path}/kept.sqlite")
    yield found
    found.close()


def test_it_is_found_by_owner_and_kind_changed_last_first(store: Store) -> None:
    kept = SavedValues(store, "a service", Clock())
    kept.put("anna", "preset", "short", {"duration": "5"})
    kept.put("anna", "preset", "long", {"duration": "10"})
    kept.put("anna", "preset", "short", {"duration": "5", "mode": "pro"})
    kept.put(EVERYBODY, "preset", "ours", {})
    kept.put("anna", "draft", "create", {"motion": None})
    assert [each.name for each in kept.all("anna", "preset")] == ["short", "long"]
    assert kept.get("anna", "preset", "short") == {"duration": "5", "mode": "pro"}
    assert kept.all("ben", "preset") == []
    assert SavedValues(store, "another service").all("anna", "preset") == []
    kept.drop("anna", "preset", "short")
    assert [each.name for each in kept.all("anna", "preset")] == ["long"]


def test_all_that_somebody_has_is_read_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_AGE", 60.0)
    kept, asked = SavedValues(store, "a service", Clock()), []
    kept.put("anna", "preset", "short", {"duration": "5"})
    kept.put("ben", "done", "motion", True)
    sa.event.listen(store.engine, "before_cursor_execute", lambda *told: asked.append(told[3]))
    kinds: tuple[Kind, ...] = ("preset", "done", "used")
    found = {owner: [len(kept.all(owner, kind)) for kind in kinds * 10] for owner in ("anna", "ben")}
    assert found == {"anna": [1, 0, 0] * 10, "ben": [0, 1, 0] * 10}
    assert asked == [("a service", "anna"), ("a service", "ben")]
    kept.put("anna", "done", "motion", True)
    assert kept.get("anna", "done", "motion") is True


def test_of_too_many_those_changed_longest_ago_go_and_old_ones_are_forgotten(store: Store) -> None:
    clock = Clock()
    kept = SavedValues(store, "a service", clock)
    for number in range(MOST + 2):
        kept.put("anna", "done", f"{number:03}", True)
    names = [each.name for each in kept.all("anna", "done")]
    assert (len(names), names[0], names[-1]) == (MOST, f"{MOST + 1:03}", "002")
    clock.now += 1_000
    kept.put("anna", "done", "new", True)
    kept.forget("done", 500)
    assert [each.name for each in kept.all("anna", "done")] == ["new"]
