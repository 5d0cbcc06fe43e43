"""Results looked for: by every filter, by words, page by page, alike in SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from kling.archive import Archive
from kling.archive.labels import Labels
from kling.archive.library import NO_PROJECT, Filter, Library, Place
from kling.errors import InvalidInput
from kling.store import MotionNames
from tests.archive.conftest import NOW
from tests.archive.made_up import DAY, change, fill


@pytest.fixture
def archive(either_archive: Archive) -> Archive:
    return either_archive


@pytest.fixture
def library(archive: Archive) -> Library:
    return Library(archive.repository.store, "kling")


@pytest.fixture
def labels(archive: Archive) -> Labels:
    return Labels(archive.repository.store, "kling")


def ids(library: Library, **wanted: object) -> list[str]:
    return [each.task_id for each in library.page(Filter(**wanted)).results]  # type: ignore[arg-type]


def test_page_by_page_there_and_back_without_a_gap(archive: Archive, library: Library) -> None:
    all_ids = fill(archive, 25, NOW)
    change(archive, all_ids[9:12], finished_at=NOW - 1000 * DAY)  # three of the same moment, at the end of all
    order = [each for each in all_ids if each not in all_ids[9:12]] + sorted(all_ids[9:12], reverse=True)
    pages = [library.page(Filter(), size=10)]
    while pages[-1].has_older:
        last = pages[-1].results[-1]
        pages.append(library.page(Filter(), older=Place(last.finished_at, last.task_id), size=10))
    assert [each.task_id for page in pages for each in page.results] == order
    assert [(page.has_newer, page.has_older) for page in pages] == [(False, True), (True, True), (True, False)]
    first = pages[2].results[0]
    back = library.page(Filter(), newer=Place(first.finished_at, first.task_id), size=10)
    assert (back.results, back.has_newer, back.has_older) == (pages[1].results, True, True)
    assert library.neighbours(pages[1].results[0], Filter()) == (order[9], order[11])
    assert library.neighbours(pages[0].results[0], Filter()) == (None, order[1])
    assert library.count(Filter()) == 25


def test_every_filter(archive: Archive, library: Library, labels: Labels) -> None:
    mine = fill(archive, 6, NOW, person="ann@team.example", every=DAY)
    change(archive, mine[:1], person="", picture="a hash")
    spring = labels.make_project("Spring", "ann")
    labels.put_into(spring, mine[1:3])
    labels.tag(mine[2:4], "  for   the fair ")
    labels.star("ann", mine[4:5])
    labels.star("bob", mine[5:6])
    assert ids(library, person="ann@team.example") == mine[1:]
    assert ids(library, person="") == mine[:1]
    assert ids(library, picture="a hash") == mine[:1]
    assert ids(library, project=spring) == mine[1:3]
    assert ids(library, project=NO_PROJECT) == [mine[0], *mine[3:]]
    assert ids(library, tag="for the fair") == mine[2:4]
    assert ids(library, motion="-2") == [mine[1], mine[4]]
    assert ids(library, starred_by="ann") == mine[4:5]
    assert ids(library, since=NOW - 2 * DAY) == mine[:3]
    assert ids(library, before=NOW - 2 * DAY, since=NOW - 4 * DAY) == mine[3:5]
    assert ids(library, project=spring, tag="for the fair") == mine[2:3]
    assert library.people() == ["", "ann@team.example"]
    assert library.motions() == {"-1": "Motion 0", "-2": "Motion 1", "-3": "Motion 2"}
    assert library.tags() == ["for the fair"]
    assert library.tags_of(mine) == {mine[2]: ("for the fair",), mine[3]: ("for the fair",)}


def test_words_are_found_in_descriptions_names_and_tags(archive: Archive, library: Library, labels: Labels) -> None:
    found = fill(archive, 5, NOW)
    labels.tag(found[3:4], "Über-Messe")
    change(archive, found[4:5], prompt="50% of_all", motion_name="Ängstlich")
    assert ids(library, words="RAIN") == found[:1]
    assert ids(library, words="red hat") == []
    assert ids(library, words="night street") == found[1:2]
    assert ids(library, words="über-messe calm") == found[3:4]
    assert ids(library, words="ängstlich") == found[4:5]
    assert ids(library, words="50%") == found[4:5]
    assert ids(library, words="f_a") == found[4:5]
    assert ids(library, words="motion") == found[:4]
    assert ids(library, words=found[2]) == found[2:3]


def test_a_result_is_found_by_the_title_that_somebody_gave_it(archive: Archive, library: Library) -> None:
    found = fill(archive, 3, NOW)
    names = MotionNames(archive.repository.store, "kling")
    names.give(f"task {found[1]}", "Frühlingsfest")
    names.give("-3", "Pirouette")  # the motion of the third
    MotionNames(archive.repository.store, "practice").give(f"task {found[0]}", "Frühlingsfest")
    assert ids(library, words="FRÜHLING") == found[1:2]
    assert ids(library, words="frühlingsfest night") == found[1:2]
    assert ids(library, words="pirouette") == found[2:3]
    names.give(f"task {found[1]}", "")
    library.changed()
    assert ids(library, words="frühlingsfest") == []


def test_what_belongs_to_another_service_is_never_seen(archive: Archive, library: Library) -> None:
    fill(archive, 2, NOW)
    others = Library(archive.repository.store, "practice")
    assert others.page(Filter()).results == ()
    assert (others.people(), others.motions(), others.count(Filter())) == ([], {}, 0)


def test_a_project_is_made_once_and_is_the_persons_last(archive: Archive, library: Library, labels: Labels) -> None:
    [one] = fill(archive, 1, NOW)
    spring = labels.make_project(" Spring  2026 ", "ann")
    assert labels.make_project("spring 2026", "bob") == spring
    assert labels.projects() == {spring: "Spring 2026"}
    labels.put_into(spring, [one])
    labels.put_into(None, [one])
    assert ids(library, project=spring) == []
    with pytest.raises(InvalidInput, match="not there any more"):
        labels.put_into("nowhere", [one])
    with pytest.raises(InvalidInput, match="a name"):
        labels.make_project("  ", "ann")


def test_a_project_gets_another_name_and_keeps_what_is_in_it(
    archive: Archive, library: Library, labels: Labels
) -> None:
    [one] = fill(archive, 1, NOW)
    spring, fair = labels.make_project("Spring", "ann"), labels.make_project("Fair", "bob")
    labels.put_into(spring, [one])
    labels.rename_project(spring, " Summer  2026 ")
    assert labels.projects() == {fair: "Fair", spring: "Summer 2026"}
    assert ids(library, project=spring) == [one]
    assert (labels.maker_of(spring), labels.maker_of("nowhere")) == ("ann", "")
    labels.rename_project(spring, "summer 2026")
    for project, name, why in ((spring, "FAIR", "Another"), (spring, " ", "a name"), ("nowhere", "x", "not there")):
        with pytest.raises(InvalidInput, match=why):
            labels.rename_project(project, name)
    assert labels.projects()[spring] == "summer 2026"


def test_labels_put_twice_or_taken_away(archive: Archive, library: Library, labels: Labels) -> None:
    found = fill(archive, 3, NOW)
    for _ in range(2):
        labels.tag(found, "fair")
        labels.star("ann", found)
    labels.untag(found[:1], "fair")
    labels.star("ann", found[:1], is_on=False)
    labels.tag(["nobody's"], "fair")
    assert ids(library, tag="fair") == found[1:]
    assert labels.starred("ann", found) == frozenset(found[1:])
    assert labels.starred("bob", found) == frozenset()
