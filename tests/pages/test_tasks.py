"""The Tasks page without a browser: what it shows, asks and hands out."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

import pytest

from kling import MotionCreateRequest
from pages.ui.session import archived, media_links, shared
from tests.archive import made_up
from tests.archive.made_up import fill
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox


def test_the_page_shows_the_tasks_and_the_one_of_a_link(sandbox: Sandbox, pages: Pages) -> None:
    task = sandbox.task(prompt="a woman dances")
    sandbox.finish()
    pages.at.query_params["task"] = str(task)
    at = pages.open("tasks.py")
    assert at.title[0].value == "Tasks"
    assert "a woman dances" in pages.rows()[0]["what"]
    assert any("a woman dances" in each.value for each in at.subheader)
    assert json.loads(at.json[0].value)["task"]["id"] == task
    assert not at.exception


def open_tasks(pages: Pages, **query: str) -> None:
    for name, value in query.items():
        pages.at.query_params[name] = value
    pages.open("tasks.py")
    pages.settle()


def test_tasks_stand_in_the_table_with_their_state_and_all_digits_of_their_ids(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="A dance")
    pages.sandbox.finish()
    pages.sandbox.task(prompt="[fail] A fall")
    open_tasks(pages)
    rows = pages.rows()
    assert str(task_id) in [row["id"] for row in rows]
    assert any("A dance" in row["what"] for row in rows)
    assert "Ready" in [row["state"] for row in rows]
    assert not pages.at.exception


def test_rows_chosen_in_the_table_stay_chosen_only_where_they_stand_in_it(pages: Pages) -> None:
    first, second = (pages.sandbox.task(prompt=prompt) for prompt in ("A dance", "A waltz"))
    open_tasks(pages)
    pages.at.toggle(key="several").set_value(True).run()
    choose(pages, str(second), str(first), "no number", "12", choices=1, several=True)
    assert any("2 tasks chosen" in each.value for each in pages.at.subheader)
    choose(pages, str(first), choices=2, several=True)
    assert any("A dance" in each.value for each in pages.at.subheader)


@pytest.mark.parametrize("clicked", [(1,), (0, 1)], ids=["the earlier click has its answer", "neither has one"])
def test_a_row_chosen_before_the_table_knows_that_several_may_be_joins_the_one_chosen(
    pages: Pages, clicked: tuple[int, ...]
) -> None:
    tasks = [str(pages.sandbox.task(prompt=prompt)) for prompt in ("A dance", "A waltz")]
    open_tasks(pages)
    if 0 not in clicked:
        choose(pages, tasks[0], choices=1)
        assert any("A dance" in each.value for each in pages.at.subheader)
    pages.at.toggle(key="several").set_value(True).run()
    choose(pages, tasks[1], clicked=[tasks[each] for each in clicked], choices=2)
    assert any("2 tasks chosen" in each.value for each in pages.at.subheader)


def choose(pages: Pages, *ids: str, choices: int, several: bool = False, clicked: Sequence[str] | None = None) -> None:
    """What a click in the table tells: the rows chosen by now, and those clicked that had no answer yet."""
    clicks = ids if clicked is None else clicked
    event = {"ids": list(ids), "clicked": list(clicks), "choices": choices, "several": several}
    pages.tell("tasks.table", "chosen", event)


def test_a_link_names_one_task_and_shows_it_in_full(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="A dance")
    pages.sandbox.finish()
    open_tasks(pages, task=str(task_id))
    assert "A dance" in pages.words()
    labels = [button.label for button in pages.at.button]
    assert "Make another like this" in labels
    assert "**Length** 5 seconds" in pages.words()


def test_deleting_asks_and_can_be_cancelled(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="A dance")
    pages.sandbox.finish()
    open_tasks(pages, task=str(task_id))
    pages.press("Delete")
    assert "for everybody and for good" in pages.words()
    pages.press("Cancel")
    assert "for good" not in pages.words()
    assert len(pages.rows()) == 1
    pages.press("Delete")
    pages.press("Delete for good")
    pages.look_again()
    assert not pages.rows()
    assert not pages.at.exception


def test_a_failed_task_says_why_in_words(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="[fail]")
    pages.sandbox.finish()
    open_tasks(pages, task=str(task_id))
    assert pages.at.error
    assert "Traceback" not in pages.words()


def test_a_link_to_a_task_that_is_gone_is_a_sentence(pages: Pages) -> None:
    open_tasks(pages, task="9007199254740993")
    assert "no longer" in pages.words()
    assert not pages.at.exception


@pytest.mark.parametrize(
    ("name", "linked"),
    [("task", "²"), ("task", "٣"), ("task", "9" * 5000), ("page", "²"), ("batch", "9" * 5000), ("day", "²")],
)
def test_an_address_that_says_nothing_opens_the_page_all_the_same(
    pages: Pages, caplog: pytest.LogCaptureFixture, name: str, linked: str
) -> None:
    page = "create.py" if name == "batch" else "tasks.py"
    pages.at.query_params[name] = linked
    at = pages.open(page)
    assert not at.exception
    assert at.title
    assert "Traceback" not in caplog.text


def test_an_empty_list_says_what_will_be_here(pages: Pages) -> None:
    open_tasks(pages)
    assert "Nothing here yet" in pages.words()


def test_another_like_this_fills_create_with_what_made_the_task(pages: Pages) -> None:
    task_id = pages.sandbox.task(prompt="A dance", duration="10", mode="pro")
    pages.sandbox.finish()
    open_tasks(pages, task=str(task_id))
    pages.press("Make another like this")
    pages.at.switch_page("create.py").run()
    pages.settle()
    assert pages.at.text_area(key="create prompt").value == "A dance"
    assert pages.at.segmented_control(key="create duration").value == "10"
    assert pages.at.segmented_control(key="create mode").value == "pro"
    assert "Wave" in pages.words()


def test_a_link_sets_the_filters_of_the_closed_drawer_and_only_then_are_they_drawn(pages: Pages) -> None:
    for prompt in ("the first", "the second"):
        pages.sandbox.task(prompt=prompt)
    pages.sandbox.finish()
    open_tasks(pages)
    assert not [each for each in pages.at.selectbox if each.key == "sort"]
    assert "the second" in pages.rows()[0]["what"]
    open_tasks(pages, sort="Oldest first")
    assert pages.at.selectbox(key="sort").value == "oldest"
    assert "the first" in pages.rows()[0]["what"]


def test_what_finishes_while_tasks_is_open_is_said_once_and_by_name(pages: Pages, sandbox: Sandbox) -> None:
    sandbox.task(prompt="A dance")
    at = pages.open("tasks.py")
    assert not at.toast
    sandbox.finish()
    tasks = shared.feeds(None).tasks
    tasks.look_again()
    tasks.snapshot()
    tasks.settled()
    (toast,) = at.run().toast
    assert toast.value.startswith("Ready: ")
    assert "A dance" in toast.value
    assert not at.run().toast


def test_a_task_of_last_month_stays_and_plays_what_is_kept(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_links, "route", lambda path: f"http://desk/{path}")
    monkeypatch.setattr(archived, "route", lambda path: f"http://desk/{path}")
    [task_id] = fill(shared.archive(), 1, time.time() - 30 * 86_400, {"video": b"video", "cover": b"cover"})
    new = pages.sandbox.task(prompt="A dance")
    open_tasks(pages)
    for _ in range(2):  # Kling's own end comes first
        shared.feeds(None).tasks.want_older()
        shared.feeds(None).tasks.look_here()
    pages.settle()
    assert [row["id"] for row in pages.rows()] == [str(new), task_id]
    assert pages.rows()[1]["cover"].startswith(f"http://desk/kept/{task_id}/cover")
    open_tasks(pages, task=task_id)
    [video] = pages.at.get("video")
    assert video.proto.url.startswith(f"http://desk/kept/{task_id}/video")
    assert "dancing in the rain" in pages.words()


def test_a_video_that_somebody_looks_at_stays_as_it_was_drawn_when_it_is_kept_meanwhile(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another address would begin it anew, and move the buttons below it from under the hand."""
    monkeypatch.setattr(archived, "route", lambda path: f"http://desk/{path}")
    _, task_id = (pages.sandbox.task(prompt=prompt) for prompt in ("A waltz", "A dance"))
    pages.sandbox.finish()
    open_tasks(pages, task=str(task_id))
    drawn = [video.proto.url for video in pages.at.get("video")]
    assert drawn[0].startswith(pages.sandbox.origin)
    monkeypatch.setattr(made_up, "FIRST", task_id)
    fill(shared.archive(), 1, time.time(), {"video": b"video"})
    pages.press("Delete")
    assert "The copy kept here" in pages.words()
    assert [video.proto.url for video in pages.at.get("video")] == drawn
    pages.sandbox.delete(f"/tasks/{task_id}")
    pages.look_again()
    assert pages.at.get("video")[0].proto.url.startswith(f"http://desk/kept/{task_id}/video")


def test_a_doubtful_order_leads_to_tasks_from_elsewhere_only(pages: Pages) -> None:
    pages.at.run()
    request = MotionCreateRequest(work_id=-100_000_000_000_004, image="https://file.invalid/pending")
    shared.orders().place_video("doubt", "Wave", request, person=pages.at.session_state["person"])
    shared.orders().settled("doubt")
    shared.orders()._context.repository.update("doubt", step="unknown", task_id=None)
    for page, leads in (("create.py", True), ("tasks.py", False)):
        at = pages.open(page)
        assert "No proper answer came back" in pages.words()
        assert "Look again" in {button.label for button in at.button}
        assert ("Look in Tasks" in {link.proto.label for link in at.get("page_link")}) is leads
