"""The table of tasks, on a phone cards: a row each, the chosen ones marked by their ids wherever they move."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kling.feed import TaskSummary
from kling.orders.charges import NONE, Charges
from pages.ui import session, wording
from pages.ui.components import component
from pages.ui.session import Key, archived
from pages.ui.tasks import board_state
from pages.ui.tasks.board_state import BoardContext
from pages.ui.tasks.query import Lookups
from pages.ui.wording import people

COLUMNS: Mapping[str, str] = {
    "what": "What",
    "state": "State",
    "progress": "Progress",
    "ready": "Expected",
    "started": "Started",
    "took": "Took",
    "person": "Who",
    "credits": "Credits",
    "id": "Task",
}
"""Headings by the names in a row. One that is empty in every row is left out."""
HTML = """
<div class="tasks">
  <button type="button" class="all" hidden></button>
  <div class="box">
    <table role="grid" aria-label="Tasks"><thead role="rowgroup"></thead><tbody role="rowgroup"></tbody></table>
  </div>
</div>
"""
TABLE: Key[Any] = Key("tasks table", None)
DRAWN: Key[Sequence[int | None]] = Key("tasks drawn", ())
"""The ids of the rows drawn."""
CHOICES = Key("tasks choices", 0)
"""How often something was chosen in the table, as its script counts: an older answer changes no newer choice."""
Row = Mapping[str, object]


@dataclass(frozen=True)
class Setting:
    """What beside the tasks goes into the rows."""

    lookups: Lookups
    media_root: str
    """Where media are for this viewer; rows are shared by those who have it in common."""
    charges: Charges = NONE


def rows(summaries: tuple[TaskSummary, ...], links: tuple[str | None, ...], setting: Setting) -> list[Row]:
    """One row a task; times in ms since the epoch. Ids are text, because numbers lose digits in the browser."""
    triples = zip(summaries, links, people_of(summaries, setting.lookups), strict=True)
    return [_row(summary, link, setting, person) for summary, link, person in triples]


def people_of(summaries: Sequence[TaskSummary], lookups: Lookups) -> list[str]:
    """Who had each of them made; nothing where that is the same for all."""
    called = dict(lookups.people)
    found = [people.called(lookups.maker_of(summary), called) for summary in summaries]
    return found if len(set(found)) > 1 else [""] * len(found)


def _row(summary: TaskSummary, link: str | None, setting: Setting, person: str) -> Row:
    state = wording.state_of(summary)
    return {
        "cover": link,
        "what": wording.describe(summary, setting.lookups.names),
        "state": state.label,
        "icon": state.icon_name,
        "colour": state.colour,
        "progress": summary.share,
        "ready": summary.finishes_at and summary.finishes_at * 1000,
        "started": summary.created,
        "took": wording.took(summary),
        "person": person,
        "credits": wording.describe_charge(setting.charges.of_task.get(summary.id or 0)),
        "id": str(summary.id or ""),
    }


@functools.lru_cache(maxsize=32)
def drawing_of(summaries: tuple[TaskSummary, ...], links: tuple[str | None, ...], setting: Setting) -> dict[str, Any]:
    """The columns, and the rows written as JSON once for all who see the same: Streamlit writes what it is given twice
    for each of them."""
    drawn = rows(summaries, links, setting)
    return {"columns": columns_of(drawn), "rows": json.dumps(drawn)}


def columns_of(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Names and headings of the columns in which any of the rows says something."""
    return [(name, label) for name, label in COLUMNS.items() if any(row[name] not in (None, "") for row in rows)]


def setting_of(context: BoardContext) -> Setting:
    return Setting(context.lookups, session.media_root(), context.charges)


def links_of(summaries: tuple[TaskSummary, ...], setting: Setting) -> tuple[str | None, ...]:
    """Their pictures, as this person's browser can open them."""
    covers = archived.covers_of([summary.id for summary in summaries])
    links = tuple(covers.get(summary.id or 0) or summary.cover_url for summary in summaries)
    return tuple(map(session.address, links)) if setting.media_root else links


def show(summaries: tuple[TaskSummary, ...], setting: Setting, several: bool) -> None:
    """Draw the table; a click anywhere on a row chooses its task."""
    ids = [summary.id for summary in summaries]
    DRAWN.set(ids)
    data = {
        **drawing_of(summaries, links_of(summaries, setting), setting),
        "chosen": [str(chosen) for chosen in session.chosen_tasks() if chosen in ids],
        "choices": CHOICES.get(),
        "several": several,
    }
    component("tasks.table", __file__, HTML)(key=TABLE.name, data=data, on_chosen_change=_choose)


def _choose() -> None:
    """All that is chosen now among the rows drawn; what is chosen on other pages of the table stays so."""
    event = TABLE.get().chosen
    CHOICES.set(int(event["choices"]))
    drawn = {str(task_id): task_id for task_id in DRAWN.get() if task_id is not None}
    here = [drawn[task_id] for task_id in event["ids"] if task_id in drawn]
    chosen = session.chosen_tasks()
    if not event["several"]:  # Where "Choose several" was pressed right before, the table did not know of it yet.
        clicked = [drawn[task_id] for task_id in event["clicked"] if task_id in drawn]
        before = [task_id for task_id in chosen if str(task_id) in drawn]
        here = list(dict.fromkeys([*here, *clicked, *before]))
    elsewhere = [task_id for task_id in chosen if str(task_id) not in drawn]
    session.choose_tasks(tuple(elsewhere + here if board_state.chooses_several() else here[:1]))
    board_state.redraw("board", "chosen")
