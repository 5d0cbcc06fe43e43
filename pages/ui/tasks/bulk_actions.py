"""Several tasks chosen: delete them, take them home in one file, compare two."""

from __future__ import annotations

import functools

import streamlit as st

from kling import Task
from kling.feed import TaskSummary
from pages.ui import allowed, compare, deleting, downloads, panels, session, wording
from pages.ui.session import archived, shared
from pages.ui.session.identity import me
from pages.ui.session.zip_address import zip_address
from pages.ui.tasks import board_state
from pages.ui.wording import deleting as words


def show(chosen: tuple[int, ...]) -> None:
    tasks = board_state.tasks().value
    summaries = [summary for task_id in chosen if tasks is not None and (summary := tasks.get(task_id))]
    if not summaries:
        return
    videos = [summary for summary in summaries if summary.has_video]
    with st.container(border=True, key="chosen-several"):
        st.subheader("1 task chosen" if len(summaries) == 1 else f"{len(summaries)} tasks chosen")
        with st.container(horizontal=True, vertical_alignment="center"):
            show_download(videos)
            if theirs(summaries):
                deleting.show_button("tasks")
            st.button("Choose none", icon=":material/close:", type="tertiary", on_click=choose_none)
        show_question(summaries)
        show_deletions(chosen)
        if len(videos) == 2:
            compare.show(side_of(videos[0].task()), side_of(videos[1].task()))
        elif len(summaries) == 2:
            st.caption("Two finished videos can be compared side by side.")


def side_of(task: Task) -> compare.Side:
    name = f"{wording.describe(task, board_state.motion_names())} · {wording.took(task)}"
    return compare.Side(str(task.id), archived.media_of(task, "video"), archived.media_of(task, "cover"), name)


def show_download(videos: list[TaskSummary]) -> None:
    if not videos:
        st.caption("None of them has a video yet.", width="content")
        return
    ids = tuple(summary.id for summary in videos if summary.id is not None)
    downloads.show_zip(len(ids), zip_address(ids))


def theirs(chosen: list[TaskSummary]) -> list[TaskSummary]:
    """Those that this person may delete."""
    makers, who = shared.makers().of_task, me()
    return [summary for summary in chosen if who.may("delete", makers.get(summary.id or 0, ""))]


def show_question(chosen: list[TaskSummary]) -> None:
    names, summaries = board_state.motion_names(), theirs(chosen)
    ids = tuple(summary.id for summary in summaries if summary.id is not None)
    described = [wording.describe(summary, names) for summary in summaries]
    sentence = words.ask_several(described, archived.count_archived(ids), len(chosen) - len(summaries))
    deleting.show_question("tasks", sentence, f"Delete {len(ids)} for good", functools.partial(delete, ids))


def delete(task_ids: tuple[int, ...]) -> None:
    if panels.may("deletions", len(task_ids)):
        with allowed.toasting_errors():
            for task_id in task_ids:
                session.delete_task(task_id)


def choose_none() -> None:
    session.choose_tasks(())
    board_state.redraw("board", "chosen")


def show_deletions(chosen: tuple[int, ...]) -> None:
    """What became of those that could not be deleted."""
    for task_id in chosen:
        order = session.deletion_of(task_id)
        if order is not None and order.error is not None:
            st.caption(f"Task {task_id}")
            panels.show_order(order)
