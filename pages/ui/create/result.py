"""What becomes of the video that was ordered: how far it is, then the video, where one waits for it."""

from __future__ import annotations

import time

import streamlit as st

from kling import Task
from kling.orders import Order
from pages.ui import downloads, panels, previews, session, wording
from pages.ui.create import submit
from pages.ui.fragments import fragment
from pages.ui.orders import status, title


@fragment()
def follow(order_id: str, was_open: bool) -> None:
    """The order of the draft. Where it opens the form or closes it, the page is drawn again."""
    order = session.order_of_draft()
    if order is None or order.id != order_id or submit.is_open(order) is not was_open:
        st.rerun()
    seconds = until_next_look(order)  # before it is drawn: what arrives in between is still drawn by one more tick
    if order.was_not_taken:
        show_refusal(order)
    elif order.is_accepted:
        show_task(order)
    else:
        status.show(order)
        if order.step != "looking":
            st.caption(wording.MAY_LEAVE)
    if seconds:
        panels.tick(seconds, "create order")


def until_next_look(order: Order) -> float:
    """In seconds; 0 once there is nothing to wait for any more."""
    if not order.is_ended:
        return 1.0 if order.is_accepted else 0.5
    has_file = order.step == "done" and order.task is not None and downloads.has_file(order.task)
    return 0.5 if has_file and order.task is not None and session.download_of(order.task).is_looking else 0.0


def show_task(order: Order) -> None:
    """The task at Kling that the order became: under way, a video, or none."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        if order.step == "done" and order.task is not None:
            previews.show_video(order.task.video_url, loop=True, autoplay=True, muted=True)
        elif order.is_ended:
            status.show_end(order)
        elif order.task is not None:
            show_progress(order, session.find_task(order.task.id) or order.task)
    with right:
        if order.step == "done" and order.task is not None:
            st.success("The video is ready.", icon=":material/check_circle:")
            title.show(order.task)
            downloads.show(order.task)
        show_ways_on(order)


def show_progress(order: Order, task: Task) -> None:
    share, left = wording.progress(task, session.feeds().finishes_at(task), time.time())
    st.progress(share, f"Kling is making the video. {left}".strip())
    st.markdown(f"Kling has accepted it. {wording.MAY_LEAVE}")
    if late := status.describe_wait(order):
        st.caption(late)


def show_ways_on(order: Order) -> None:
    """On with the same again, but for one thing."""
    if order.task is None:
        return
    with st.container(horizontal=True):
        for label, icon, change in (
            ("With another picture", ":material/image:", session.choose_picture),
            ("With another motion", ":material/accessibility_new:", session.choose_motion),
        ):
            st.button(label, icon=icon, on_click=change, args=(None,))
    query = {"task": str(order.task.id)}
    st.page_link("tasks.py", label="See it in Tasks", icon=":material/checklist:", query_params=query)
    st.caption(f"Task {order.task.id}")


def show_refusal(order: Order) -> None:
    row = status.show_outcome(order)
    if wording.needs_other_motion(order):
        row.button("Load the motions again", icon=":material/refresh:", type="primary", on_click=load_motions)
    elif not order.may_have_been_received:
        row.button("Try again", icon=":material/refresh:", on_click=submit.place, args=(order.id,))


def load_motions() -> None:
    session.refresh_lists()
    session.choose_motion(None)
