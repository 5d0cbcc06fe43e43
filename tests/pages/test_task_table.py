"""What the table of tasks holds, how it is filtered, and what is exported of it."""

from __future__ import annotations

import io
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
from pages.ui.session.motion_names import Names
from pages.ui.spreadsheets import as_csv, as_excel
from pages.ui.tasks import board_state, export, footer, metrics, table
from pages.ui.tasks.query import Lookups, View, matching
from tests.pages.app_test import Pages

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
    found = matching("filters", tasks, view, Lookups(makers=MAKERS))
    assert [(each.id or 0) - 2**53 for each in found] == expected


def test_the_numbers_count_by_the_viewers_day() -> None:
    counted = metrics.count(TaskList(TASKS), ZoneInfo("UTC"), NOON)
    assert counted == {"processing": 1, "today": 3}
    assert metrics.said(None) == "–"
    assert metrics.said(1234.0) == "1,234"


def test_the_table_keeps_every_digit_of_an_id() -> None:
    rows = table.rows(TASKS, (None,) * 5, table.Setting(Lookups(), ""))
    assert rows[0]["id"] == str(2**53 + 1)


def test_whose_each_is_stands_in_the_table_unless_it_is_the_same_for_all() -> None:
    lookups = Lookups(makers=MAKERS, people=(("ann", "Ann"),))
    rows = table.rows(TASKS, (None,) * 5, table.Setting(lookups, ""))
    assert [row["person"] for row in rows] == [
        "Ann (says to be)", "Made elsewhere", "Made elsewhere", "Made elsewhere", "Ann (says to be)",
    ]  # fmt: skip
    same = table.rows(TASKS[1:4], (None,) * 3, table.Setting(lookups, ""))
    assert "person" not in [name for name, _ in table.columns_of(same)]


def test_a_column_that_is_empty_in_every_row_is_left_out() -> None:
    setting = table.Setting(Lookups(), "")
    final = table.columns_of(table.rows(TASKS[:2], (None, None), setting))
    assert [name for name, _ in final] == ["what", "state", "started", "took", "id"]
    in_the_making = TASKS[4].expected(NOON, NOON - 3600)
    assert ("progress", "Progress") in table.columns_of(table.rows((in_the_making,), (None,), setting))


def test_an_export_is_no_formula_and_keeps_every_digit(pages: Pages) -> None:
    frame = export.frame(TASKS, Lookups(), NONE)
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
    names = Names({wording.task_key(2**53 + 1): "anna · Wave", wording.task_key(2**53 + 3): "=1+1"})
    lookups = Lookups(names, makers, timezone="Asia/Tokyo")
    table = export.frame(made, lookups, charges, "https://desk.example")
    assert list(table["Name"]) == ["anna · Wave", "", "=1+1"]
    assert b"'=1+1" in as_csv(table)
    assert list(table["Person"]) == ["anna@example.com", "Without a name", "Made elsewhere"]
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
    rows = table.rows(TASKS[:4], (None,) * 4, table.Setting(Lookups(), "", charges))
    assert [row["credits"] for row in rows] == ["20", "given back", "about 26.67", ""]


def test_an_export_is_of_what_the_table_shows_when_it_is_clicked() -> None:
    drawn = board_state.Drawn()
    assert len(export.frame_of(drawn)) == 0
    for tasks in (TASKS[:1], TASKS):
        drawn.context = holding(tasks)
        assert list(export.frame_of(drawn)["Task"]) == [str(each.id) for each in tasks]


def holding(summaries: tuple[TaskSummary, ...]) -> board_state.BoardContext:
    """A context of these, all of them shown."""
    context = board_state.BoardContext(cast(Feeds, None), Snapshot(TaskList(summaries)), "me@x.y")
    context.__dict__.update(shown=summaries, lookups=Lookups())
    return context


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (TASKS, TASKS[::-1], False),
        (TASKS, TASKS[:4], False),
        (TASKS * 20, TASKS * 21, True),
        (TASKS, (), True),
    ],
)
def test_below_the_table_only_what_is_different_is_drawn_again(
    before: tuple[TaskSummary, ...], after: tuple[TaskSummary, ...], expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that move, change, come or go leave it; another page, or the last row gone, does not."""
    monkeypatch.setattr(footer, "is_reaching_back", lambda _: False)
    now = [footer.state_of(holding(summaries)) for summaries in (before, after)]
    assert (now[0] != now[1]) is expected
