"""Create a video: choose a motion, choose a picture, set the options, send."""

import streamlit as st

from kling import KlingError, Motion
from pages.ui import allowed, panels, session, wording
from pages.ui.create import (
    batch,
    batch_progress,
    for_programmers,
    preset_menu,
    result,
    sample,
    submit,
    top,
)
from pages.ui.create.option_fields import show_options
from pages.ui.create.table import form
from pages.ui.fragments import fragment
from pages.ui.orders import pending
from pages.ui.picker import picture
from pages.ui.session.video_draft import MANY, TABLE


@fragment()
def choose_motion() -> None:
    if session.draft().motion is not None:
        st.rerun()
    motions, snapshots = panels.library()
    panels.show_trouble(*snapshots)
    if panels.is_loading(snapshots):
        panels.show_waiting(300, *snapshots)
    else:
        panels.show_motion_cards(
            "create picker", session.recently_used_first(motions), snapshots, session.choose_motion
        )
    panels.tick(panels.refresh_interval(snapshots, 60), "create motions")


def show_chosen_motion(motion: Motion) -> None:
    panels.show_motion(motion)
    st.button("Choose another motion", icon=":material/undo:", on_click=session.choose_motion, args=(None,))


def show_hint(step: session.HabitStep, is_done: bool, before: frozenset[str]) -> None:
    """What a step is for, until this person has done it once; `before` are the steps that they have."""
    if step in before:
        return
    if is_done:
        session.note_done(step)
    else:
        st.caption(wording.HINTS[step])


def show_options_heading() -> None:
    row = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
    row.subheader("3. Options", width="stretch")
    with row:
        preset_menu.show()


def show_form() -> None:
    """What a video is made of, and how."""
    draft, before = session.draft(), session.done_before()
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("1. Motion")
        show_hint("motion", draft.motion is not None, before)
        if draft.motion is None:
            choose_motion()
        else:
            show_chosen_motion(draft.motion)
    with right:
        st.subheader("2. Picture")
        show_hint("picture", draft.picture is not None, before)
        if draft.picture is None:
            picture.choose_picture()
        else:
            picture.show_picture(draft.picture)
    show_options_heading()
    show_hint("sent", False, before)
    show_options([draft.motion] if draft.motion else [])
    for_programmers.show()


def show_one() -> None:
    """The form; once it is sent, what becomes of it in the form's place, and both where it was refused."""
    order = session.order_of_draft()
    is_open = submit.is_open(order)
    if order is not None:
        result.follow(order.id, is_open)
    if is_open:
        show_form()
    with st.bottom:
        submit.show_bar(is_open, sample.offer)


def show_many() -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("1. Motions")
        motions = batch.choose_motions()
    with right:
        st.subheader("2. Pictures")
        files = batch.choose_pictures()
    show_options_heading()
    show_options(motions, is_for_many=True)
    for_programmers.show(is_for_many=True)
    batch.send_many(motions, files)


heading = st.container(
    horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="create-top"
)
heading.title("Create a video", width="content")
allowed.show_that_one_only_looks("order")
try:
    if not batch.placed():
        pending.show(session.draft().id)
    with heading:
        how = batch.choose_how() if not batch.placed() else ""
    if batch.placed():
        batch_progress.follow(batch.placed())
    elif how == MANY:
        show_many()
    elif how == TABLE:
        session.prepare_options()
        form.show()
    else:
        show_one()
except KlingError as error:
    panels.show_error(error)
top.show()
session.keep_draft()
