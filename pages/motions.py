"""Motions: the library, Kling's own and ours, to look at, use and delete."""

import streamlit as st

from kling import KlingError, Motion
from pages.ui import panels, session, wording
from pages.ui.session import shared


def look_at(motion: Motion) -> None:
    session.put("looked at", motion)


def give_name(motion: Motion, key: str) -> None:
    try:
        shared.names().give(motion.key, session.get(key, ""))
    except KlingError as error:
        st.toast(str(error), icon=":material/error:")


def leave() -> None:
    session.put("looked at", None)


@st.fragment
def show_library() -> None:
    motions, snapshots = panels.library()
    panels.show_trouble(*snapshots)
    if panels.is_first_look(snapshots):
        st.skeleton(height=400)
    else:
        panels.show_motion_cards("library picker", motions, snapshots, look_at)
    looked_at = session.get("looked at")
    if looked_at is not None:
        # A tick would close the dialog; the library is brought up to date when it is left.
        st.dialog(wording.plain(panels.name_of(looked_at)), on_dismiss=leave)(show_one)(looked_at)
    else:
        panels.tick(panels.pace(snapshots, 60), "library tick")


def show_one(motion: Motion) -> None:
    """The motion looked at, and what can be done with it."""
    panels.show_motion(motion)
    deletion = session.deletion_of_motion(motion)
    if deletion is not None and deletion.step == "accepted":
        leave()
        st.rerun()
    row = st.container(horizontal=True)
    if row.button("Use it", type="primary", icon=":material/movie:"):
        leave()
        session.choose_motion(motion)
        st.switch_page("create.py")
    if not (motion.is_official and motion.work_name):
        key = f"name {motion.key}"
        st.text_input("Name", panels.name_of(motion), key=key, max_chars=60, on_change=give_name, args=(motion, key),
                      help="The name is kept on this dashboard, for everybody who uses it.")  # fmt: skip
    # Names may be alike, and a motion of today's Kling has none.
    st.caption(f"In a table of videos, its id names it too: {wording.plain(motion.key)}")
    if motion.is_official:
        return
    if not motion.can_be_deleted:
        st.caption("Kling's list does not say how this motion can be deleted. Delete it in Kling itself.")
        return
    with row.popover("Delete", icon=":material/delete:"):
        st.markdown(f"This deletes **{wording.plain(panels.name_of(motion))}** at Kling for everybody and for good.")
        st.button("Delete for good", type="primary", on_click=session.delete_motion, args=(motion,))
    if deletion is not None:
        panels.show_order(deletion)
        if not deletion.is_over:
            panels.tick(0.5, "deletion")


st.title("Motions")
st.page_link("upload.py", label="Upload a motion of your own", icon=":material/upload:")
show_library()
