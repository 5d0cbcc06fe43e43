"""What people do leaves one line each in the audit trail: who, what, when, from where, and nothing that is secret."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from unittest import mock

import pytest

from kling import MotionCreateRequest
from pages.ui import session
from pages.ui.orders import status
from pages.ui.session import identity, people, shared
from tests.media.samples import picture
from tests.orders import history
from tests.pages.app_test import Pages
from tests.pages.audited import made_on_click, mia, noted
from tests.pages.team import MIA, MOTION, Visit, placed, team

__all__ = ["made_on_click", "mia", "team"]
PROMPT = "somebody dances by the sea"


def test_a_video_ordered_named_taken_home_and_deleted(mia: Pages) -> None:
    mia.open()
    mia.choose_card("Wave")
    mia.choose_picture(picture(), "anna-at-home.jpg")
    mia.at.text_area(key="create prompt").set_value(PROMPT).run()
    mia.press("Make the video")
    order = shared.orders().ended(finish(mia))
    mia.settle()
    next(field for field in mia.at.text_input if field.label == "Name").set_value("Our opening").run()
    assert order.task is not None
    assert order.task.video_url
    fetch = session.fetching(order.task, order.task.video_url)
    assert fetch()
    session.delete_task(order.task.id or 0)
    assert noted() == [
        ("ordered", f"a video, order {order.id}"),
        ("named", f"task {order.task.id}: Our opening"),
        ("downloaded", f"task {order.task.id}"),
        ("deleted", f"task {order.task.id}"),
    ]
    held = str(people.audit().latest())
    for secret in (mia.sandbox.token, PROMPT, "anna-at-home", order.task.video_url, mia.sandbox.origin):
        assert secret not in held


def finish(mia: Pages) -> str:
    mia.sandbox.finish()
    return str(mia.at.session_state["draft"].id)


def test_an_order_is_cancelled(mia: Pages) -> None:
    people.register().give_budget(MIA, 0.0)
    mia.open()
    mia.choose_card("Wave")
    mia.choose_picture(picture())
    mia.press("Make the video")
    mia.press("Cancel")
    order_id = mia.at.session_state["draft"].id
    assert noted() == [("ordered", f"a video, order {order_id}"), ("cancelled", f"order {order_id}")]


def test_a_motion_is_named(mia: Pages) -> None:
    motion = mia.sandbox.motion()
    mia.sandbox.finish()
    mia.open("motions.py")
    [card] = [card for card in mia.cards() if card["source"] == "Ours"]
    mia.tell("picker", "chosen", card["key"], holding=card["key"])
    mia.at.text_input(key=f"name {card['key']}").set_value("Hop").run()
    assert motion
    assert noted() == [("named", f"motion {card['key']}: Hop")]


@pytest.mark.parametrize("how", ["Several at once", "From a table"])
def test_a_batch_is_one_line_however_many_videos_it_has(
    mia: Pages, how: str, made_on_click: dict[str, Callable[[], bytes]]
) -> None:
    people.register().give_budget(MIA, 0.0)  # so that all of them wait
    mia.open()
    mia.at.segmented_control(key="batch how").set_value(how).run()
    mia.settle()
    if how == "From a table":
        table = b"motion,picture\nWave,a.jpg\nJump,a.jpg\n"
        mia.at.file_uploader(key="batch table").set_value(("videos.csv", table, "text/csv")).run()
    else:
        mia.pick_motions(*(card["key"] for card in mia.cards()[:2]))
    mia.at.file_uploader(key="batch pictures").set_value([("a.jpg", picture(), "image/jpeg")]).run()
    mia.settle()
    mia.press("Make 2 videos")
    batch = str(mia.at.query_params["batch"])
    for label in ("Pause", "Go on", "Cancel what was not sent"):
        mia.press(label)
    for name in ("results.csv", "results.xlsx"):
        assert made_on_click[name]()
    assert noted() == [
        ("ordered", f"2 videos, batch {batch}"),
        ("paused", f"2 of batch {batch}"),
        ("resumed", f"2 of batch {batch}"),
        ("cancelled", f"2 of batch {batch}"),
        *[("downloaded", f"the table of batch {batch}")] * 2,
    ]


def make_doubtful(order_id: str, task_id: int = 0) -> None:
    """Nobody knows whether Kling has it; there may be a task that looks like it."""
    doubt = {"candidates": [{"id": task_id, "prompt": ""}]} if task_id else {}
    placed(order_id, MIA)
    shared.orders()._context.repository.update(order_id, step="unknown", seen=json.dumps(doubt))


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("This is it", ("chose a task", "task 77 for order one")),
        ("None of these: make it again", ("ordered", "sent again, order one")),
        ("None of these: leave it", ("gave up", "order one")),
    ],
)
def test_what_a_person_decides_where_nobody_can_know_is_noted(mia: Pages, label: str, said: tuple[str, str]) -> None:
    people.register().give_budget(MIA, 0.0)
    mia.at.run()
    make_doubtful("one", 77)
    mia.open()
    with mock.patch.object(type(shared.orders()), "start"):  # nobody works on it meanwhile
        next(button for button in mia.at.button if button.label == label).click().run()
    assert noted() == [said]


def test_the_same_once_more_is_noted(mia: Pages) -> None:
    people.register().give_budget(MIA, 0.0)
    mia.at.run()
    same = MotionCreateRequest(work_id=MOTION, image="https://file.invalid/anna.jpg")
    shared.orders().place_video("one", "Wave", same, person=MIA)
    shared.orders().cancel("one", by=MIA)
    status.retry("one")
    assert noted() == [("ordered", "once more, order one-again")]


def test_presets_for_everybody_are_noted_and_ones_own_are_not(mia: Pages) -> None:
    mia.open()
    for name, is_everybodys in (("Mine", False), ("Ours", True)):
        mia.at.text_input(key="preset name").set_value(name).run()
        mia.at.toggle(key="preset is everybodys").set_value(is_everybodys).run()
        mia.press("Keep")
    for _ in range(2):
        mia.press("Drop")
    assert noted() == [("named", "a preset for everybody: Ours"), ("deleted", "a preset of everybody's: Ours")]


def test_each_table_that_is_taken_home_is_noted_once(mia: Pages, made_on_click: dict[str, Callable[[], bytes]]) -> None:
    people.register().give_role(MIA, "admin")
    people.register().give_budget(MIA, 0.0)
    mia.sandbox.task()
    mia.open("tasks.py")
    now = time.time()
    history.add(shared.orders(), history.rows(2, [MIA], now - 30, now, shared.service()))
    for page in ("spending.py", "account.py"):
        mia.at.switch_page(page).run()
        mia.settle()
    assert noted() == []  # drawn, and not pressed
    month = next(name for name in made_on_click if name.startswith("spending")).partition("-")[2].partition(".")[0]
    names = ("tasks.csv", "tasks.xlsx", f"spending-{month}.csv", f"spending-{month}.xlsx", "audit.csv")
    for name in names:
        assert made_on_click[name]()
    said = ["the table of tasks"] * 2 + [f"the table of spending, {month}"] * 2 + ["the audit trail"]
    assert noted() == [("downloaded", each) for each in said]


def test_who_is_at_this_machine_is_noted_with_its_address(mia: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Visit, "ip_address", None)  # so Streamlit says it
    identity.note("named", "something")
    [event] = people.audit().latest()
    assert event.address == "127.0.0.1"
