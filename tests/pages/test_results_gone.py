"""Results thrown away, put back and deleted, by whom; and those that cannot be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from kling.archive.files import name_of
from kling.people import Person
from pages.ui.session import archived, identity, shared
from tests.archive.made_up import change
from tests.pages.app_test import Pages
from tests.pages.results_page import choose, covers, links, open_results, shown


def test_into_the_bin_and_back(pages: Pages, filled: list[str]) -> None:
    open_results(pages)
    choose(pages, *filled[:2])
    pages.press("Put in the bin")
    assert shown(pages) == filled[2:62]
    pages.at.segmented_control(key="show").set_value("bin").run()
    assert shown(pages) == filled[:2]
    choose(pages, filled[0])
    pages.press("Put back")
    assert shown(pages) == filled[1:2]
    choose(pages, filled[1])
    pages.press("Delete 1 for good")
    assert "The bin is empty" in pages.words()
    assert shared.archive().results(filled[:2])[filled[1]].state == "deleted"


def test_only_admins_delete_for_good(pages: Pages, filled: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "person_of", lambda _: Person("ann@team.example", role="maker"))
    archived.results_bin().put_in(filled[:1], "ann@team.example")
    open_results(pages, id=filled[0])
    labels = [button.label for button in pages.at.button]
    assert "Put back" in labels
    assert "Delete 1 for good" not in labels


def test_what_is_not_kept_yet_says_so(pages: Pages, filled: list[str]) -> None:
    change(shared.archive(), filled[:1], state="waiting", video=None, cover=None, reason="unreachable")
    open_results(pages, id=filled[0])
    assert "still being copied" in pages.words()
    assert "Kling does not answer at the moment. It is tried again." in pages.words()
    pages.press("All results")
    assert "being copied" in covers(pages)[0]["note"]


def test_a_persons_pictures_go_with_everything_made_from_them(pages: Pages, filled: list[str]) -> None:
    change(shared.archive(), filled[:2], person="ann")
    change(shared.archive(), filled[2:3], person="bob", picture_key="picture-of-ann", picture=None)
    change(shared.archive(), filled[:2], picture_key="picture-of-ann", picture=None)
    open_results(pages, show="Bin")
    pages.at.selectbox(key="personal pictures of").set_value("ann").run()
    assert "1 picture and 3 results" in pages.words()
    pages.press("Delete all of this for good")
    left = shared.archive().results(filled)
    assert [each for each in filled if left[each].state == "deleted"] == filled[:3]


def test_while_the_database_does_not_answer_what_was_there_stays_and_a_sentence_says_why(
    pages: Pages, filled: list[str]
) -> None:
    open_results(pages)
    with shared.archive().repository.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE kling_results RENAME TO elsewhere")
    pages.at.run()
    assert "the database does not answer" in pages.words()
    assert shown(pages) == filled[:60]
    pages.tell("gallery", "opened", filled[0])
    assert "the database does not answer" in pages.words()
    assert not pages.at.exception


@pytest.mark.parametrize("button", ["Delete 1 for good", "Delete all of this for good"])
def test_a_deletion_while_the_database_does_not_answer_is_a_sentence(
    pages: Pages, filled: list[str], button: str
) -> None:
    change(shared.archive(), filled[:1], person="ann")
    archived.results_bin().put_in(filled[:1], "ann")
    open_results(pages, show="Bin")
    choose(pages, filled[0])
    pages.at.selectbox(key="personal pictures of").set_value("ann").run()
    with shared.archive().repository.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE kling_results RENAME TO elsewhere")
    next(each for each in pages.at.button if each.label == button).click().run()
    assert ["does not answer" in toast.value for toast in pages.at.toast] == [True]
    assert not pages.at.exception


def test_an_archive_that_is_away_and_a_file_that_was_deleted_by_hand_are_told(pages: Pages, filled: list[str]) -> None:
    folder = Path(shared.settings().archive)
    folder.rename(folder.with_name("away"))
    open_results(pages)
    assert "The archive does not answer" in pages.words()
    assert len(shown(pages)) == 60
    folder.with_name("away").rename(folder)
    pages.at.run()
    assert not pages.at.error
    open_results(pages, id=filled[0])
    assert "Download" in links(pages)
    file = shared.archive().file_of(filled[0], "video")
    assert file is not None
    (folder / name_of(file)).unlink()
    pages.at.run()
    assert "python -m kling.archive check" in pages.words()
    assert "Download" not in links(pages)
    assert not pages.at.exception
