"""The Tasks page without a browser: what it shows, asks and hands out."""

from __future__ import annotations

import io
import json
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import cast
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from kling.feed import Feeds, Snapshot, TaskList, TaskSummary
from kling.models.tasks import MOTION_UPLOAD, MOTION_VIDEO, Task
from kling.orders import Cost
from kling.orders.charges import NONE, Charge, Charges
from kling.orders.ownership import Makers
from pages.ui import wording
from pages.ui.session import kept, media_links, shared
from pages.ui.spreadsheets import as_csv, as_excel
from pages.ui.tasks import board_state, export, footer, metrics, table
from pages.ui.tasks.query import Known, View, matching
from tests.archive.made_up import fill
from tests.pages.app_test import Pages
from tests.sandbox_server import Sandbox

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp()


def summary(
    number: int, prompt: str = "", state: str = "succeed", kind: str = MOTION_VIDEO, hours: float = 0.0
) -> TaskSummary:
    """Ordered so many hours before noon; took `number` seconds."""
    made = round((NOON - hours * 3600) * 1000)
    arguments = [{"name": "prompt", "value": prompt}]
    record = {
        "id": 2**53 + number,
        "type": kind,
        "taskInfo": {"arguments": arguments},
        "createTime": made,
        "updateTime": made + number * 1000,
    }
    return TaskSummary.of(
        Task.read({"task": record, "status_name": state, "status_final": state in ("succeed", "failed")})
    )


TASKS = (
    summary(1, "a woman dances", hours=0),
    summary(2, "=SUM(A1)", "failed", hours=1),
    summary(3, kind=MOTION_UPLOAD, hours=2),
    summary(4, "a picture", kind="mmu_txt2img", hours=3),
    summary(5, "a man dances", "processing", hours=30),
)


MAKERS = Makers({2**53 + 5: "ann", 2**53 + 1: "ann"}, frozenset({"ann"}))


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View(), [1, 2, 3, 5]),
        (View(kinds=()), [1, 2, 3, 4, 5]),
        (View(kinds=("other",)), [4]),
        (View(words="DANCES"), [1, 5]),
        (View(words=f"{2**53 + 3}"), [3]),
        (View(states=("failed", "processing")), [2, 5]),
        (View(whose="own"), [1, 5]),
        (View(whose="others"), [2, 3]),
        (View(whose="ann"), [5, 1]),  # what is not finished first
        (View(whose="ann", sort="longest"), [1, 5]),
        (View(whose="ben"), []),
        (View(day=date(2026, 11, 19)), [5]),
        (View(sort="oldest"), [5, 3, 2, 1]),
        (View(sort="longest"), [3, 2, 1, 5]),
        (View(sort="state"), [5, 2, 1, 3]),
    ],
)
def test_filters_and_order(view: View, expected: list[int]) -> None:
    tasks = TaskList(TASKS, serial=1)
    found = matching("filters", tasks, view, Known(makers=MAKERS))
    assert [(each.id or 0) - 2**53 for each in found] == expected


def test_the_numbers_count_by_the_viewers_day() -> None:
    counted = metrics.count(TaskList(TASKS), ZoneInfo("UTC"), NOON)
    assert counted == {"processing": 1, "today": 3}
    assert metrics.said(None) == "–"
    assert metrics.said(1234.0) == "1,234"


def test_the_table_keeps_every_digit_of_an_id() -> None:
    rows = table.rows(TASKS, (None,) * 5, table.Setting(Known(), ""))
    assert rows[0]["id"] == str(2**53 + 1)


def test_whose_each_is_stands_in_the_table_unless_it_is_the_same_for_all() -> None:
    known = Known(makers=MAKERS, people=(("ann", "Ann"),))
    rows = table.rows(TASKS, (None,) * 5, table.Setting(known, ""))
    assert [row["person"] for row in rows] == [
        "Ann (says to be)", "Made elsewhere", "Made elsewhere", "Made elsewhere", "Ann (says to be)",
    ]  # fmt: skip
    same = table.rows(TASKS[1:4], (None,) * 3, table.Setting(known, ""))
    assert "person" not in [name for name, _ in table.columns_of(same)]


def test_a_column_that_is_empty_in_every_row_is_left_out() -> None:
    setting = table.Setting(Known(), "")
    final = table.columns_of(table.rows(TASKS[:2], (None, None), setting))
    assert [name for name, _ in final] == ["what", "state", "started", "took", "id"]
    in_the_making = TASKS[4].expected(NOON, NOON - 3600)
    assert ("progress", "Progress") in table.columns_of(table.rows((in_the_making,), (None,), setting))


def test_an_export_is_no_formula_and_keeps_every_digit(pages: Pages) -> None:
    frame = export.frame(TASKS, Known(), NONE)
    csv = pd.read_csv(io.BytesIO(as_csv(frame)), dtype=str)
    assert csv["Task"][0] == str(2**53 + 1)
    assert csv["Description"][1] == "'=SUM(A1)"
    assert as_excel({"Tasks": frame})[:2] == b"PK"


def test_an_export_tells_who_what_it_took_why_it_failed_and_where_it_is(pages: Pages) -> None:
    charges = Charges(
        {
            2**53 + 1: Charge(False, Cost(20, is_exact=True)),
            2**53 + 2: Charge(True, Cost(6.5, is_exact=False)),
        }
    )
    makers = Makers({2**53 + 1: "anna@example.com", 2**53 + 2: "0123"})
    made = (replace(TASKS[0], has_video=True), *TASKS[1:3])
    table = export.frame(made, Known(makers=makers, timezone="Asia/Tokyo"), charges, "https://desk.example")
    assert list(table["Person"]) == ["anna@example.com", "Somebody without a name", "Made elsewhere"]
    assert list(table["Credits"][:2]) == [20, 6.5]
    assert list(table["About"]) == ["", "about", ""]
    assert table["Reason of failure"][0] == ""
    assert table["Reason of failure"][1] == wording.explain_failure(TASKS[1].task())
    assert table["Result"][0] == f"https://desk.example/tasks?task={2**53 + 1}"
    assert {"Started (Asia/Tokyo)", "Last change (Asia/Tokyo)"} < set(table)


def test_the_table_tells_what_a_task_took() -> None:
    charges = Charges(
        {
            2**53 + 1: Charge(False, Cost(20, is_exact=True)),
            2**53 + 2: Charge(True, Cost(0, is_exact=True)),
            2**53 + 3: Charge(False, Cost(26.67, is_exact=False)),
        }
    )
    rows = table.rows(TASKS[:4], (None,) * 4, table.Setting(Known(), "", charges))
    assert [row["credits"] for row in rows] == ["20", "given back", "about 26.67", ""]


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
    pages.tell("tasks.table", "chosen", {"ids": [str(second), str(first), "no number", "12"], "choices": 1})
    assert any("2 tasks chosen" in each.value for each in pages.at.subheader)
    pages.tell("tasks.table", "chosen", {"ids": [str(first)], "choices": 2})
    assert any("A dance" in each.value for each in pages.at.subheader)


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


def test_an_export_is_of_what_the_table_shows_when_it_is_clicked() -> None:
    drawn = board_state.Drawn()
    assert len(export.frame_of(drawn)) == 0
    for tasks in (TASKS[:1], TASKS):
        drawn.context = holding(tasks)
        assert list(export.frame_of(drawn)["Task"]) == [str(each.id) for each in tasks]


def holding(summaries: tuple[TaskSummary, ...]) -> board_state.BoardContext:
    """A context of these, all of them shown."""
    context = board_state.BoardContext(cast(Feeds, None), Snapshot(TaskList(summaries)), "me@x.y")
    context.__dict__.update(shown=summaries, known=Known())
    return context


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (TASKS, TASKS[:4], False),
        (TASKS * 20, TASKS * 21, True),
        (TASKS, (), True),
    ],
)
def test_below_the_table_only_what_is_different_is_drawn_again(
    before: tuple[TaskSummary, ...], after: tuple[TaskSummary, ...], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that move or change leave it; another page, or the last row gone, does not."""
    monkeypatch.setattr(footer, "is_reaching_back", lambda _: False)
    now = [footer.state_of(holding(summaries)) for summaries in (before, after)]
    assert (now[0] != now[1]) is expected


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
    monkeypatch.setattr(kept, "route", lambda path: f"http://desk/{path}")
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
