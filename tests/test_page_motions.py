"""Motions: the library, Kling's own and ours."""

from __future__ import annotations

from tests.page_stand import Pages


def cards(pages: Pages) -> list[str]:
    return [button.label for button in pages.at.button if (button.key or "").startswith("choose motions")]


def test_klings_own_and_ours_stand_in_one_library(pages: Pages) -> None:
    pages.sandbox.motion()
    pages.sandbox.finish()
    pages.open("motions.py")
    shown = cards(pages)
    assert {"Wave", "Walk", "Jump", "Spin"} <= set(shown)
    assert "Ours" in "".join(str(each.proto.body) for each in pages.at.get("html"))
    pages.at.segmented_control(key="library source").set_value("own").run()
    assert len(cards(pages)) == 1


def test_tags_narrow_the_library(pages: Pages) -> None:
    pages.open("motions.py")
    pages.at.pills(key="library tags").set_value(["wave"]).run()
    assert cards(pages) == ["Wave"]


def test_a_list_that_cannot_be_brought_up_to_date_stays_with_its_age(pages: Pages) -> None:
    pages.open("motions.py")
    before = cards(pages)
    pages.sandbox.lever("trouble", kind="down")
    pages.look_again()
    assert cards(pages) == before
    assert "fault or is too busy" in pages.words()
    assert "What you see is from" in pages.words()
    assert "Traceback" not in pages.words()


def test_the_library_is_fetched_once_and_not_once_a_click(pages: Pages) -> None:
    pages.open("motions.py")
    pages.at.text_input(key="library words").set_value("w").run()
    pages.at.text_input(key="library words").set_value("wa").run()
    pages.at.switch_page("create.py").run()
    pages.settle()
    fetched = [call for call in pages.sandbox.calls() if call["path"].endswith("/videos/motions")]
    assert len([call for call in fetched if call["query"].get("mine") != "true"]) == 1
