"""The clip sent: how far it is, and the motion that it becomes."""

from __future__ import annotations

import time

import streamlit as st

from kling import Motion
from kling.orders import Order
from pages.ui import panels, session, wording
from pages.ui.fragments import fragment
from pages.ui.orders import status
from pages.ui.session import shared
from pages.ui.upload.send import try_again

SECONDS_TO_APPEAR = 10.0
"""In which a clip that was sent should be in the library."""


@fragment()
def follow(order_id: str) -> None:
    clip, order = session.motion_draft(), shared.orders().get(order_id)
    if order is None or clip is None or clip.id != order_id:  # a button here led on: the page shows what is next
        st.rerun()
    elif order.is_accepted:
        session.drop_clip()
        seconds = show_extraction(order) if order.task is not None else show_motion(motion_of(order))
        if seconds:
            panels.tick(seconds, "extraction")
    elif order.was_not_taken:
        row = status.show_outcome(order)
        if not order.may_have_been_received:
            row.button(
                "Try again",
                type="primary" if wording.is_worth_again(order) else "secondary",
                icon=":material/refresh:",
                on_click=try_again,
                args=(order_id,),
            )
        row.button("Choose another video", on_click=session.keep_motion_draft, args=(None,))
    else:
        status.show(order)
        panels.tick(0.5, "sending")


def show_extraction(order: Order) -> float | None:
    """How far Kling is; returns the seconds until it is worth another look, None when it is over."""
    assert order.task is not None
    task = session.find_task(order.task.id) or order.task
    if not task.is_final:
        share, left = wording.progress(task, session.feeds().finishes_at(task), time.time())
        st.progress(share, f"Kling takes the motion from the video. {left}".strip())
        return 1.0
    if task.state != "succeed":
        st.error(wording.explain_failure(task), icon=":material/error:")
        st.button("Choose another video", icon=":material/undo:", on_click=session.keep_motion_draft, args=(None,))
        return None
    own = session.latest("own_motions").value or []
    found = next((motion for motion in own if motion.task_id == task.id), None)
    return show_unlisted() if found is None and is_overdue(order) else show_motion(found)


def is_overdue(order: Order) -> bool:
    """Whether the library cannot be read, or did not have what was sent when it should have; looks once more first."""
    own, due = session.latest("own_motions"), (order.ended_at or time.time()) + SECONDS_TO_APPEAR
    if own.error is None and (own.fetched_at or 0.0) <= due < time.time() and not own.is_looking:
        session.feeds().own_motions.look_again()
    return own.error is not None or (own.fetched_at or 0.0) > due


def show_unlisted() -> float:
    """What to do where Kling made the motion and its list leaves it out; returns the seconds until another look."""
    panels.show_trouble(session.latest("own_motions"))
    st.warning(wording.MOTION_UNLISTED, icon=":material/movie_off:")
    row = st.container(horizontal=True, vertical_alignment="center")
    row.button("Look again", icon=":material/refresh:", on_click=session.refresh_lists)
    row.button("Upload another", icon=":material/add:", on_click=session.keep_motion_draft, args=(None,))
    row.page_link("motions.py", label="See all motions", icon=":material/movie:")
    return panels.refresh_interval([session.latest("own_motions")], 10)


def motion_of(order: Order) -> Motion | None:
    """The motion that an uploaded clip is, once the library has it.

    By its link alone, which is enough to order with, where the library cannot be read or does not come to have it.
    """
    own, sent = session.latest("own_motions"), Motion.read({"assetType": "MOTION", "url": order.clip_url})
    found = next((motion for motion in own.value or [] if motion.source == sent.source), None)
    return found or (sent if is_overdue(order) else None)


def show_motion(motion: Motion | None) -> float | None:
    """The new motion and the way to use it; returns the seconds until another look while the library has it not."""
    if motion is None:
        st.progress(1.0, "The motion is ready and is being added to the library.")
        return 1.0
    st.success("Your motion is ready.", icon=":material/check_circle:")
    panels.show_motion(motion)
    row = st.container(horizontal=True)
    row.button("Use it", type="primary", icon=":material/movie:", on_click=use, args=(motion,))
    row.button("Upload another", icon=":material/add:", on_click=session.keep_motion_draft, args=(None,))
    return None


def use(motion: Motion) -> None:
    session.keep_motion_draft(None)
    session.choose_motion(motion)
    session.lead_to_one_video()
    st.switch_page("create.py")
