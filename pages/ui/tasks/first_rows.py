"""The first rows of the table as text: to be read while the browser still loads the table that takes their place.

A browser that comes anew needs over a second for the code of Streamlit's table, and draws nothing of a page before it
has all that came at once. So the rows go ahead, as a kind of table whose code comes with Streamlit's first script.
"""

from __future__ import annotations

import functools
import time
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

import streamlit as st

from kling.feed import TaskSummary
from pages.ui import wording
from pages.ui.tasks import board_state, query, table
from pages.ui.tasks.table import ROWS_SEEN, Setting

AHEAD = 0.03
"""Seconds by which the rows are ahead of the rest. Streamlit sends what it has every 0.01 s."""
AS_IT_IS = ":/?#@!$&'*+,;=%"
"""Of an address only what would end it in markdown is written otherwise: it may be signed as it stands."""
HEAD = ("", "", "What", "State", "Progress", "Expected", "Started", "Took")


def of_page() -> str | None:
    """Those of the usual view; None without any, and where the browser has the table's code by now.

    None too for a link to another view: what it asks for is known when the filters are drawn.
    """
    has_code = board_state.DRAWN_VERSIONS.get() != board_state.Versions()
    if has_code or set(st.query_params) - {"task"} or not (context := board_state.context()).shown:
        return None
    summaries = board_state.page_of(context.shown)[:ROWS_SEEN]
    setting = table.setting_of(context)
    return as_markdown(summaries, table.links_of(summaries, setting), setting, context.known.timezone)


def show(rows: str | None) -> None:
    """Drawn with the page and not again; the style takes them away as soon as the table is there."""
    if rows:
        st.markdown(rows)
        time.sleep(AHEAD)


@functools.lru_cache(maxsize=32)
def as_markdown(
    summaries: tuple[TaskSummary, ...], links: tuple[str | None, ...], setting: Setting, timezone: str
) -> str:
    """A table in markdown."""
    names, zone = dict(setting.known.names), query.zone(timezone)
    rows = (_cells(summary, link, names, zone) for summary, link in zip(summaries, links, strict=True))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (HEAD, ("---",) * len(HEAD), *rows))


def _cells(summary: TaskSummary, link: str | None, names: dict[str, str], zone: ZoneInfo) -> tuple[str, ...]:
    state = wording.state_of(summary)
    began = datetime.fromtimestamp(summary.created / 1000, zone) if summary.created else None
    return (
        "",
        f"![]({quote(link, safe=AS_IT_IS)})" if link else "",
        wording.plain(wording.describe(summary, names)),
        f"{state.icon} {state.label}",
        "" if summary.share is None else f"{summary.share:.0%}",
        "",
        f"{began.day} {began:%b, %H:%M}" if began else "",
        wording.took(summary),
    )
