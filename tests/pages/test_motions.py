"""Motions: the library, Kling's own and ours."""

from __future__ import annotations

from pages.ui.session import shared
from tests.pages.app_test import Pages


def test_klings_own_and_ours_stand_in_one_library(pages: Pages) -> None:
    pages.sandbox.motion()
    pages.sandbox.finish()
    pages.open("motions.py")
    assert {"Wave", "Walk", "Jump", "Spin"} <= set(pages.card_names())
    assert [card["source"] for card in pages.cards()].count("Ours") == 1
    wave = next(card for card in pages.cards() if card["name"] == "Wave")
    assert (wave["source"], wave["tag"], bool(wave["cover"]), bool(wave["video"])) == (
        "Kling's own",
        "wave",
        True,
        True,
    )


def test_a_card_opens_the_motion_and_leads_to_create(pages: Pages) -> None:
    pages.open("motions.py")
    pages.choose_card("Wave")
    pages.press("Use it")
    assert pages.at.session_state["draft"].motion.name == "Wave"


def test_a_star_is_kept_for_the_person_who_gave_it(pages: Pages) -> None:
    pages.open("motions.py")
    key = next(card["key"] for card in pages.cards() if card["name"] == "Jump")
    pages.tell("picker", "star", {"key": key, "on": True})
    assert [card["name"] for card in pages.cards() if card["star"]] == ["Jump"]
    assert shared.favourites().of("somebody else") == frozenset()
    pages.at.switch_page("create.py").run()
    pages.settle()
    assert [card["name"] for card in pages.cards() if card["star"]] == ["Jump"]
    pages.tell("picker", "star", {"key": key, "on": False})
    assert not [card for card in pages.cards() if card["star"]]


def test_a_card_that_is_gone_meanwhile_chooses_nothing(pages: Pages) -> None:
    pages.open("motions.py")
    pages.tell("picker", "chosen", "no such motion")
    assert "Traceback" not in pages.words()
    assert not pages.at.exception


def test_a_list_that_cannot_be_brought_up_to_date_stays_with_its_age(pages: Pages) -> None:
    pages.open("motions.py")
    before = pages.card_names()
    pages.sandbox.lever("trouble", kind="down")
    pages.look_again()
    assert pages.card_names() == before
    assert "fault or is too busy" in pages.words()
    assert "What you see is from" in pages.words()
    assert "Traceback" not in pages.words()


def test_the_library_is_fetched_once_and_not_once_a_page(pages: Pages) -> None:
    pages.open("motions.py")
    pages.at.run()
    pages.at.switch_page("create.py").run()
    pages.settle()
    fetched = [call for call in pages.sandbox.calls() if call["path"].endswith("/videos/motions")]
    assert len([call for call in fetched if call["query"].get("mine") != "true"]) == 1
