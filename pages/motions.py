"""Motions: the library, Kling's own and ours, to look at, use and delete."""

import streamlit as st

from kling import Motion
from pages.ui import panels, session


def preview(motion: Motion | None) -> None:
    session.put("previewed motion", motion)


@st.fragment
def show_library() -> None:
    motions, snapshots = panels.library()
    for snapshot in snapshots:
        panels.show_trouble(snapshot)
    if panels.is_first_look(snapshots):
        st.skeleton(height=400)
    else:
        shown = session.get("previewed motion")
        if shown is not None:
            show_one(next((motion for motion in motions if motion.key == shown.key), shown))
        found = panels.show_filter(motions, "library")
        panels.show_motion_cards(found, preview)
        if not found:
            st.caption("No motion fits. Search for less, or upload one of your own.")
    panels.tick(panels.pace(snapshots, 60), "library tick")


def show_one(motion: Motion) -> None:
    """The motion looked at, and what can be done with it."""
    with st.container(border=True):
        left, right = st.columns([2, 3], gap="large")
        with left:
            panels.show_motion(motion)
        with right:
            if st.button("Use it", type="primary", icon=":material/movie:"):
                session.choose_motion(motion)
                st.switch_page("create.py")
            if motion.task_id is not None:
                show_delete(motion)
            st.button("Close", icon=":material/close:", on_click=preview, args=(None,))


def show_delete(motion: Motion) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"This deletes the motion **{motion.name}** at Kling for everybody and for good.")
        st.button("Delete for good", type="primary", on_click=session.delete_task, args=(motion.task_id,))
    order = session.deletion_of(motion.task_id)
    if order is not None:
        panels.show_order(order)


st.title("Motions")
st.page_link("upload.py", label="Upload a motion of your own", icon=":material/upload:")
show_library()
