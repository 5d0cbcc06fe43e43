"""Motions: the library, Kling's own and ours, to look at, use and delete."""

import functools

import streamlit as st

from kling import KlingError, Motion
from pages.ui import allowed, deleting, panels, session, wording
from pages.ui.fragments import fragment
from pages.ui.session import Key, people, shared
from pages.ui.session.identity import me, note
from pages.ui.wording import deleting as words
from pages.ui.wording import people as wording_of_people

# The one whose dialog is open, and whether it was just given a name, which the dialog's title is to show.
OPENED: Key[Motion | None] = Key("opened motion", None)
NAMED = Key("motion just named", False)


def open_motion(motion: Motion) -> None:
    OPENED.set(motion)


def give_name(motion: Motion, key: str) -> None:
    if not allowed.is_allowed("name"):
        return
    try:
        name = Key(key, "").get()
        shared.names().give(motion.key, name, session.person())
        note("named", f"motion {motion.key}: {name}")
        NAMED.set(True)
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")


def delete(motion: Motion) -> None:
    if panels.may("deletions"):
        with allowed.toasting_errors():
            session.delete_motion(motion)


def close_motion() -> None:
    OPENED.set(None)


def use(motion: Motion) -> None:
    close_motion()
    session.choose_motion(motion)
    session.lead_to_one_video()
    st.switch_page("create.py")


@fragment()
def show_library() -> None:
    motions, snapshots = panels.library()
    panels.show_trouble(*snapshots)
    if panels.is_loading(snapshots):
        panels.show_waiting(400, *snapshots)
    else:
        panels.show_motion_cards("library picker", motions, snapshots, open_motion)
    opened = OPENED.get()
    if opened is not None:
        # A tick would close the dialog; the library is brought up to date when it is closed.
        st.dialog(wording.plain(panels.name_of(opened)), on_dismiss=close_motion)(show_one)(opened)
    else:
        panels.tick(panels.refresh_interval(snapshots, 60), "library tick")


def show_one(motion: Motion) -> None:
    """The motion opened, and what can be done with it."""
    if NAMED.get():
        NAMED.set(False)
        st.rerun()
    panels.show_motion(motion)
    deletion = session.deletion_of_motion(motion)
    if deletion is not None and deletion.step == "accepted":
        st.toast("Deleted", icon=":material/delete:")
        close_motion()
        st.rerun()
    row = st.container(horizontal=True)
    if me().may("order"):
        row.button("Use it", type="primary", icon=":material/movie:", on_click=use, args=(motion,))
    if me().may("name") and not (motion.is_official and motion.work_name):
        key = f"name {motion.key}"
        st.text_input("Name", panels.name_of(motion), key=key, max_chars=60, on_change=give_name, args=(motion, key),
                      help="The name is kept on this dashboard, for everybody who uses it.")  # fmt: skip
    # Names may be alike, and a motion of today's Kling has none.
    st.caption(f"In a table of videos, its id names it too: {wording.plain(motion.key)}")
    if motion.is_official:
        return
    show_whose(motion)
    if not motion.can_be_deleted:
        st.caption("Kling's list does not say how this motion can be deleted. Delete it in Kling itself.")
        return
    if not me().may("delete", session.owner_of_motion(motion)):
        return
    with row:
        deleting.show_button(f"motion {motion.key}")
    sentence = words.ask(panels.name_of(motion), has_video=False, is_motion=True)
    deleting.show_question(f"motion {motion.key}", sentence, "Delete for good", functools.partial(delete, motion))
    if deletion is not None:
        panels.show_order(deletion)
        if not deletion.is_over:
            panels.tick(0.5, "deletion")


def show_whose(motion: Motion) -> None:
    """Who made it, and who named it."""
    called = people.names()
    st.caption(wording_of_people.describe_maker(session.owner_of_motion(motion), called))
    if who := shared.names().given_by().get(motion.key):
        st.caption(f"Named by {wording.plain(wording_of_people.called(who, called))}")


st.title("Motions")
if me().may("upload"):
    st.page_link("upload.py", label="Upload a motion of your own", icon=":material/upload:")
show_library()
