"""The bin, and what leaves it for good: rows, labels, links, and files that nobody else needs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kling.archive import Archive, StorageFault
from kling.archive.bin import Bin
from kling.archive.copying import Client
from kling.archive.labels import Labels
from kling.archive.library import Filter, Library
from kling.archive.personal import personal_of
from kling.archive.sharing import Shares
from kling.archive.worker import Worker
from tests.archive.conftest import NOW
from tests.archive.made_up import DAY, change, fill, made_up, store


@dataclass
class Clock:
    now: float = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def results_bin(archive: Archive, clock: Clock) -> Bin:
    return Bin(archive, clock)


@pytest.fixture
def library(archive: Archive) -> Library:
    return Library(archive.repository.store, "kling")


def shown(library: Library, is_binned: bool = False) -> list[str]:
    return [each.task_id for each in library.page(Filter(is_binned=is_binned)).results]


def sizes(archive: Archive) -> list[int]:
    return sorted(stored.size for stored in archive.files.all())


def test_into_the_bin_and_back(archive: Archive, results_bin: Bin, library: Library) -> None:
    found = fill(archive, 3, NOW)
    assert set(results_bin.put_in(found[:2], "ann")) == set(found[:2])
    assert results_bin.put_in(found[:2], "bob") == []
    assert (shown(library), shown(library, is_binned=True)) == (found[2:], found[:2])
    result = archive.result(found[0])
    assert result is not None
    assert (result.binned_by, result.binned_at) == ("ann", NOW)
    results_bin.put_back(found[:1])
    assert (shown(library), shown(library, is_binned=True)) == ([found[0], found[2]], found[1:2])


def test_what_is_deleted_for_good_leaves_nothing_but_its_number(either_archive: Archive) -> None:
    archive, results_bin = either_archive, Bin(either_archive, lambda: NOW)
    library, labels = Library(archive.repository.store, "kling"), Labels(archive.repository.store, "kling")
    shares = Shares(archive.repository.store, "kling", lambda: NOW)
    [gone, stays] = fill(archive, 2, NOW, {"video": b"shared by both"})
    change(archive, [gone], cover=archive_file(archive, b"its own"))
    labels.tag([gone], "fair")
    labels.star("ann", [gone])
    token = shares.make(gone, "ann", 7)
    assert results_bin.delete([gone, "never there"]) == [gone]
    assert (shown(library), shown(library, is_binned=True)) == ([stays], [])
    assert (library.tags(), labels.starred("ann", [gone]), shares.find(token)) == ([], frozenset(), None)
    assert sizes(archive) == [len(b"shared by both")]
    assert results_bin.delete([stays]) == [stays]
    assert sizes(archive) == []
    # A task that Kling still lists, or an order names, is not copied once more.
    assert archive.repository.add([made_up(0, NOW)]) == 0
    results_bin.put_back([gone])
    assert shown(library) == []
    left = archive.whole(gone)
    assert left is not None
    assert (left.result.prompt, left.result.title, left.task.prompt) == ("", "", "")


def test_after_thirty_days_it_empties_itself(
    archive: Archive, results_bin: Bin, library: Library, clock: Clock
) -> None:
    found = fill(archive, 3, NOW, {"video": b"video"})
    results_bin.put_in(found[:1], "ann")
    clock.now += 2 * DAY
    results_bin.put_in(found[1:2], "ann")
    clock.now += 28.5 * DAY
    assert results_bin.empty() == 1
    assert shown(library, is_binned=True) == found[1:2]
    clock.now += 91 * DAY
    results_bin.empty()
    assert archive.result(found[0]) is None
    assert shown(library) == found[2:]


def test_a_file_that_cannot_be_deleted_now_holds_nothing_up(
    archive: Archive, results_bin: Bin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> None:
        raise StorageFault("no answer")

    [gone] = fill(archive, 1, NOW, {"video": b"video"})
    monkeypatch.setattr(archive.files, "delete", refuse)
    assert results_bin.delete([gone]) == [gone]


def test_a_persons_pictures_and_all_that_was_made_from_them(archive: Archive) -> None:
    ann = fill(archive, 4, NOW, person="ann")
    change(archive, ann, picture_key="https://kling/other.jpg", picture=None)
    change(archive, ann[:1], picture="hash of ann")
    change(archive, ann[1:2], person="bob", picture="hash of ann", picture_key="")
    change(archive, ann[2:3], person="bob", picture="hash of bob", picture_key="https://kling/bob.jpg")
    found = personal_of(archive.repository.store, "kling", "ann")
    assert found.pictures == ("hash of ann",)
    assert found.picture_links == ("https://kling/other.jpg",)
    assert {each.task_id for each in found.results} == {ann[0], ann[1], ann[3]}


def archive_file(archive: Archive, content: bytes) -> str:
    return store(archive, content, "cover", NOW)


@pytest.mark.parametrize(("days", "left"), [(None, [0, 1, 2, 3]), (90, [0, 1, 3])])
def test_what_is_old_goes_only_where_a_setting_says_so_and_never_what_has_a_star(
    archive: Archive, clock: Clock, library: Library, days: int | None, left: list[int]
) -> None:
    found = fill(archive, 4, NOW, every=40 * DAY)  # 0, 40, 80 and 120 days old
    Labels(archive.repository.store, "kling").star("ann", found[3:])
    clock.now = NOW + 30 * DAY
    Worker(archive, no_client, days=days, clock=clock)._tidy()
    assert shown(library) == [found[number] for number in left]


def no_client(account: str) -> Client:
    raise AssertionError("nothing is fetched")
