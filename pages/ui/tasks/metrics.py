"""The numbers above the table."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from streamlit.delta_generator import DeltaGenerator

from kling.feed import TaskList
from pages.ui import session
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.tasks.board_state import BoardContext


def show(row: DeltaGenerator, context: BoardContext) -> None:
    """Running, waiting, free places, finished today, credits."""
    tasks = context.tasks
    counted = count(tasks, viewer_zone(), time.time()) if tasks is not None else {}
    capacity = context.feeds.capacity.once().value
    balance = context.feeds.balance.once().value
    places = session.free_places(capacity)
    row.html(
        as_list(
            {
                "In the making": counted.get("processing"),
                "Waiting": session.count_waiting(tasks),
                "Free places": places[0] if places else None,
                "Finished today": counted.get("today"),
                "Credits": balance.credits if balance else None,
            }
        )
    )


def as_list(numbers: Mapping[str, float | None]) -> str:
    """One piece of the page: five metrics would be a third of all that a tick has to draw."""
    items = (f"<div><dt>{name}</dt><dd>{said(number)}</dd></div>" for name, number in numbers.items())
    return f'<dl class="numbers">{"".join(items)}</dl>'


def said(number: float | None) -> str:
    """A number, or a dash while it is not known."""
    return "–" if number is None else f"{number:,.0f}"


def count(tasks: TaskList, zone: ZoneInfo, now: float) -> dict[str, int]:
    """How many are in each state, and how many were finished today where the viewer is."""
    midnight = datetime.fromtimestamp(now, zone).replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000
    states = Counter(summary.state for summary in tasks if not summary.is_final)
    today = sum(1 for summary in tasks if summary.state == "succeed" and (summary.updated or 0) >= midnight)
    return {"processing": states["processing"], "today": today}
