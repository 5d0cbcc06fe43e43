"""Below the table: the one chosen task in full, or what can be done with several."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from kling import Task
from kling.feed import Snapshot
from kling.orders import Order
from pages.ui import downloads, panels, session
from pages.ui.fragments import fragment
from pages.ui.session import archived
from pages.ui.tasks import board_state, bulk_actions, details, undo

WHY_GONE = {
    "deleted": "This task was deleted. Kling no longer has it.",
    "expired": "Kling keeps a task for seven days, and this one is older. It cannot be brought back.",
    "gone": "Kling no longer has this task. Somebody has deleted it.",
}
WAITING = 0.5


@fragment(key="chosen")
def show() -> None:
    """Drawn again when one of those chosen has changed, and not by every tick."""
    # Looked up before anything is drawn: what ends in between is still drawn by one more tick.
    deletions = {task_id: session.deletion_of(task_id) for task_id in session.chosen_tasks()}
    tell_deleted(deletions)
    undo.show()
    session.link_to_chosen()
    board_state.CHOSEN_VERSION.set(board_state.tasks().version)
    chosen = session.chosen_tasks()
    awaited: list[Snapshot[Any]] = []
    if len(chosen) > 1:
        bulk_actions.show(chosen)
    elif chosen:
        awaited = show_one(chosen[0])
    is_deleting = any(order and not order.is_over for order in deletions.values())
    if is_deleting or any(each.is_looking for each in awaited):
        panels.tick(WAITING, "chosen tick")


def tell_deleted(orders: Mapping[int, Order | None]) -> None:
    """Those that are gone now are not chosen any more."""
    since = session.notifies_since(time.time())
    ended = [order for order in orders.values() if order and order.is_accepted and order.placed_at >= since]
    with session.notifying(ended) as new:
        deleted = {order.id for order in new}
        if deleted:
            undo.remember(tuple(each for each, order in orders.items() if order and order.id in deleted))
            st.toast("Deleted" if len(deleted) == 1 else f"{len(deleted)} tasks deleted", icon=":material/delete:")
            session.choose_tasks(tuple(each for each, order in orders.items() if not order or order.id not in deleted))


def show_one(task_id: int) -> list[Snapshot[Any]]:
    """The task; returns the awaited upstream that it waits for."""
    listed = board_state.tasks()
    summary = listed.value.get(task_id) if listed.value is not None else None
    if summary is not None:
        return show_task(summary.task())
    if listed.value is not None and task_id in listed.value.gone and archived.archived_result(task_id) is None:
        st.info(WHY_GONE[listed.value.gone[task_id]], icon=":material/delete:")
        return []
    if listed.value is None and listed.error is None:
        return [listed]
    if (whole := archived.whole_task(task_id)) is not None:
        return show_task(whole)
    asked = session.one_task(task_id)
    panels.show_trouble(asked)
    return [asked, *(show_task(asked.value) if asked.value is not None else [])]


def show_task(task: Task) -> list[Snapshot[Any]]:
    # Asked before it is drawn: what arrives in between must still be drawn by one more tick.
    awaited = (
        [session.download_of(task)] if downloads.has_file(task) and archived.archived_result(task.id) is None else []
    )
    details.show(task)
    return awaited
