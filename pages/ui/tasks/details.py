"""One task in full: the video, what made it, and what can be done with it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import streamlit as st

from kling import Task
from kling.generations import motion_of
from pages.ui import allowed, deleting, downloads, panels, previews, session, wording
from pages.ui.orders import status, title
from pages.ui.session import archived, people, shared
from pages.ui.session.identity import me
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.tasks import board_state
from pages.ui.wording import deleting as words
from pages.ui.wording.people import called

SETTINGS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "duration": ("Length", "{} seconds".format),
    "model_mode": ("Quality", wording.QUALITY.get),
    "enable_audio": ("Sound", {"true": "On", "false": "Off"}.get),
    "prompt": ("Description", str),
}
HEADING_MOST = 120
"""Characters: the description stands in full below."""


def show(task: Task) -> None:
    """The result on the left, its making on the right."""
    with st.container(border=True, key="task"):
        show_heading(task)
        left, right = st.columns([3, 2], gap="large")
        with left:
            show_result(task)
            show_actions(task)  # right below it: on a phone its making comes after both
        with right:
            show_making(task)
        with st.expander("Technical details"):
            st.json(task.to_json(), expanded=1)


def show_heading(task: Task) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    heading = wording.shortened(wording.describe(task, board_state.motion_names()), HEADING_MOST)
    row.subheader(wording.plain(heading), width="stretch")
    turn = row.container(horizontal=True, width="content", gap="xsmall")
    for label, icon, step, key in (
        ("Previous task", ":material/arrow_upward:", -1, "k"),
        ("Next task", ":material/arrow_downward:", 1, "j"),
    ):
        other = board_state.neighbour(task.id or 0, step)
        turn.button(label, icon=icon, shortcut=key, on_click=turn_to, args=(other,), disabled=other is None)


def turn_to(task_id: int | None) -> None:
    session.choose_task(task_id)
    board_state.show_page_of(task_id)
    board_state.redraw("board", "below", "chosen")


def show_result(task: Task) -> None:
    if not task.is_readable:
        st.warning("Kling sent this task in a form that cannot be read. The others are not affected.")
    elif task.video_url:
        previews.show_video(archived.media_of(task, "video"), loop=True)
    elif task.is_final and task.state != "succeed":
        st.error(wording.explain_failure(task), icon=":material/error:")
    elif task.cover_url:
        previews.show_image(archived.media_of(task, "cover"), alt="Cover")
    elif task.is_final:
        st.warning("Kling gives no web address for this result, so it cannot be shown.", icon=":material/link_off:")
    else:
        st.info("The video appears here when it is ready.", icon=":material/hourglass_top:")


def show_making(task: Task) -> None:
    state = wording.state_of(task)
    st.badge(wording.plain(state.label), color=state.colour)  # type: ignore[arg-type]
    title.show(task)
    show_sources(task)
    facts = {label: word(value) or value for name, (label, word) in SETTINGS.items() if (value := task.argument(name))}
    facts |= times(task, viewer_zone())
    order = shared.orders().of_task(task.id)
    if order is not None and (cost := wording.describe_cost(order)):
        facts["Cost"] = cost
    facts["Who"] = called(shared.makers().of_task.get(task.id or 0, ""), people.names())
    if project := archived.project_of(task.id, order):
        facts["Project"] = project
    st.markdown("  \n".join(f"**{label}** {wording.plain(text)}" for label, text in facts.items()))


def show_sources(task: Task) -> None:
    """What it was made from, and the still of what it made, side by side."""
    grid = st.grid(min_column_width=76, gap="small")
    for name, url in (
        ("Picture", archived.media_of(task, "picture")),
        ("Cover", archived.media_of(task, "cover") if task.video_url else None),
    ):
        if url:
            previews.show_image(url, grid.cell(), caption=name)
    if task.motion_url:
        cell = grid.cell()
        previews.show_video(archived.media_of(task, "motion_clip"), cell, loop=True, muted=True)
        cell.caption("Motion", text_alignment="center")
    elif task.motion_cover_url:
        previews.show_image(task.motion_cover_url, grid.cell(), caption="Motion")


def times(task: Task, zone: ZoneInfo) -> dict[str, str]:
    """When it was ordered and finished where the viewer is, and how long it took or should take."""
    facts = {"Started": moment(task.created, zone)} if task.created else {}
    if task.is_final and task.updated:
        return facts | {"Finished": moment(task.updated, zone), "Took": wording.took(task)}
    expected = session.feeds().finishes_at(task)
    return facts | ({"Expected": moment(expected * 1000, zone)} if expected else {})


def moment(milliseconds: float, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, zone).strftime("%d %b, %H:%M:%S").lstrip("0")


def show_actions(task: Task) -> None:
    row = st.container(horizontal=True, vertical_alignment="center")
    with row:
        downloads.show(task)
        if task.is_motion_video:
            st.button("Make another like this", icon=":material/content_copy:", on_click=make_another, args=(task,))
        status.show_again(task)
        may_delete = task.is_readable and me().may("delete", shared.makers().of_task.get(task.id or 0, ""))
        if may_delete:
            deleting.show_button(f"task {task.id}")
    if may_delete:
        sentence = words.ask(
            wording.describe(task, board_state.motion_names()),
            has_video=bool(archived.count_archived([task.id])),
            is_motion=task.is_motion_upload,
        )
        deleting.show_question(f"task {task.id}", sentence, "Delete for good", functools.partial(delete, task.id))
    order = session.deletion_of(task.id)
    if order is not None:
        panels.show_order(order)


def make_another(task: Task) -> None:
    # In the callback, which nothing comes before: a tick may cut off what the click has drawn.
    session.draft_like(task, motion_of(task, panels.library()[0]))
    st.switch_page("create.py")


def delete(task_id: int | None) -> None:
    if task_id is not None and panels.may("deletions"):
        with allowed.toasting_errors():
            session.delete_task(task_id)
