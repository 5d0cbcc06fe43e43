"""Tasks: the table that refreshes itself, and the one chosen in full."""

import time
from typing import Any

import streamlit as st

from kling import Task
from kling.feed import Snapshot
from pages.ui import downloads, panels, session, task_table, task_view

SHOWN = {"ours": "Videos and motions", "all": "Everything in the account"}


def tasks_shown() -> list[Task]:
    tasks = session.latest("tasks").value or []
    if session.get("tasks shown") == "all":
        return tasks
    return [task for task in tasks if task.is_motion_video or task.is_motion_upload or not task.is_readable]


def show_toolbar() -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    row.segmented_control(
        "Show", list(SHOWN), format_func=SHOWN.__getitem__, default="ours", required=True, key="tasks shown",
        label_visibility="collapsed",
    )  # fmt: skip
    row.toggle("Refresh by itself", value=True, key="tasks refresh", persist_state="session")
    row.button("Refresh now", icon=":material/refresh:", on_click=session.look_at_tasks)


@st.fragment
def show_board() -> None:
    show_toolbar()
    feeds, snapshot = session.feeds(), session.latest("tasks")
    panels.show_trouble(snapshot)
    panels.show_under_way()
    tasks = tasks_shown()
    if panels.is_first_look([snapshot]):
        st.skeleton(height=300)
    elif tasks:
        task_table.show(tasks, feeds.finishes_at, time.time())
    elif snapshot.value is not None:
        st.info("Nothing here yet. Videos you make and motions you upload appear in this list.")
        st.page_link("create.py", label="Create a video", icon=":material/movie:")
    looks = [snapshot, *show_chosen(snapshot.value or [])]
    if session.get("tasks refresh", True) or any(look.is_looking for look in looks):
        panels.tick(panels.pace(looks, task_table.interval(tasks, feeds.refresh_seconds)), "tasks tick")


def show_chosen(tasks: list[Task]) -> list[Snapshot[Any]]:
    """The chosen task in full; returns the looks upstream that it waits for."""
    chosen = session.chosen_task()
    if chosen is None:
        return []
    looks: list[Snapshot[Any]] = []
    task = next((task for task in tasks if task.id == chosen), None)
    if task is None:
        looks.append(session.one_task(chosen))
        task = looks[0].value
        panels.show_trouble(looks[0])
    if task is not None:
        task_view.show(task)
        looks += [session.download_of(task)] if downloads.has_file(task) else []
    return looks


st.title("Tasks")
session.choose_task_of_link()
show_board()
