"""What is deleted on Tasks and kept here can be put back; what is not kept is named before it goes."""

from __future__ import annotations

import time

import pytest

from pages import streamlit_internals
from pages.ui.session import archived, shared
from pages.ui.tasks import undo
from pages.ui.wording import deleting as words
from tests.archive.made_up import change, fill
from tests.media.samples import picture
from tests.pages.app_test import Pages


def keep_copy(task_id: int) -> None:
    """As if the task's video had been copied."""
    [made_up] = fill(shared.archive(), 1, time.time(), {"video": b"a video", "cover": picture()})
    change(shared.archive(), [made_up], task_id=str(task_id))


def open_task(pages: Pages, task_id: int) -> None:
    pages.sandbox.finish()
    pages.at.query_params["task"] = str(task_id)
    pages.open("tasks.py")


def is_binned(task_id: int) -> bool:
    return bool(archived.binned([task_id]))


def test_the_copy_of_a_deleted_task_goes_to_the_bin_and_can_be_put_back(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="A dance")
    pages.at.run()
    keep_copy(task_id)
    open_task(pages, task_id)
    pages.press("Delete")
    assert "**Wave · A dance** at Kling for everybody and for good. The copy kept here goes to the bin" in pages.words()
    pages.press("Delete for good")
    pages.look_again()
    assert "Deleted at Kling. The copy kept here is in the bin for 30 days." in pages.words()
    assert is_binned(task_id)
    pages.press("Put it back")
    assert not is_binned(task_id)
    assert "in the bin" not in pages.words()
    assert not pages.rows()


def window(pages: Pages) -> Pages:
    """Another window of the same person, as after a reload."""
    found = Pages(pages.sandbox)
    found.at.session_state["person"] = "anna"
    found.open("tasks.py")
    return found


def delete_in(window: Pages, task_id: int) -> None:
    window.at.query_params["task"] = str(task_id)
    window.look_again()
    window.press("Delete")
    window.press("Delete for good")
    window.look_again()


def test_what_was_deleted_can_be_put_back_after_a_reload_until_it_is_left_deleted(pages: Pages) -> None:
    first, second = (pages.sandbox.task(prompt=words) for words in ("A dance", "A walk"))
    pages.at.run()
    keep_copy(first)
    pages.sandbox.finish()
    delete_in(window(pages), first)
    pages.open("tasks.py")
    assert "in the bin" not in pages.words(), "it is nobody else's"
    window(pages).press("Put it back")
    assert not is_binned(first)
    assert "in the bin" not in window(pages).words()
    keep_copy(second)
    delete_in(window(pages), second)
    window(pages).press("Leave it deleted")
    assert is_binned(second)
    assert "in the bin" not in window(pages).words()


def test_a_deletion_that_kling_refuses_leaves_the_copy_where_it_is(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="A dance")
    pages.at.run()
    keep_copy(task_id)
    open_task(pages, task_id)
    pages.sandbox.lever("trouble", kind="error", path=f"tasks/{task_id}")
    pages.press("Delete")
    pages.press("Delete for good")
    pages.sandbox.lever("trouble", kind=None)
    assert not is_binned(task_id)
    assert "Nothing was charged" in pages.words()


def test_without_a_copy_it_is_told_that_nothing_can_be_undone(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="A dance")
    pages.at.run()
    open_task(pages, task_id)
    pages.press("Delete")
    assert "No copy of it is kept here, so this cannot be undone." in pages.words()
    pages.press("Delete for good")
    pages.look_again()
    assert "Put it back" not in [button.label for button in pages.at.button]


@pytest.mark.parametrize(
    ("count", "copies", "said"),
    [
        (2, 2, "The copies kept here go to the bin"),
        (3, 1, "1 of them has a copy here, which goes to the bin"),
        (3, 2, "2 of them have a copy here, which goes to the bin"),
        (2, 0, "No copy of them is kept here"),
    ],
)
def test_of_several_it_is_told_how_many_can_be_put_back(count: int, copies: int, said: str) -> None:
    assert said in words.ask_several(["anna · Wave"] * count, copies, 0)
    assert "not yours" in words.ask_several(["anna · Wave"], 0, 1)


def test_where_nothing_was_deleted_the_archive_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "archive", lambda: pytest.fail("it was asked"))
    assert archived.binned(()) == []
    assert archived.count_archived([None]) == 0


def test_a_deletion_that_ends_while_its_page_is_drawn_is_told_by_one_more_tick(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    task_id = pages.sandbox.task(prompt="A dance")
    pages.at.run()
    open_task(pages, task_id)
    pages.press("Delete")
    ticks: list[str] = []

    def await_deletion() -> None:
        [order] = shared.orders().under_way()
        shared.orders().at_rest(order.id)

    monkeypatch.setattr(undo, "show", await_deletion)
    monkeypatch.setattr(streamlit_internals, "tick", lambda seconds, key, on_tick=None: ticks.append(key))
    pages.sandbox.lever("trouble", kind="slow", seconds=0.5, method="DELETE", times=1)
    next(button for button in pages.at.button if button.label == "Delete for good").click().run()
    assert "chosen tick" in ticks
