"""Create a video: choose a motion, choose a picture, set the options, send."""

import streamlit as st

from kling import KlingError, Motion, MotionCreateRequest
from pages.ui import panels, pictures, request_view, session, wording

HELP = MotionCreateRequest.help


@st.fragment
def choose_motion() -> None:
    if session.draft().motion is not None:
        st.rerun()
    motions, snapshots = panels.library()
    panels.show_trouble(*snapshots)
    if panels.is_first_look(snapshots):
        st.skeleton(height=300)
    else:
        found = panels.show_filter(motions, "create")
        panels.show_motion_cards(found, session.choose_motion)
        if not found:
            st.caption("No motion fits. Search for less, or upload a motion of your own.")
    panels.tick(panels.pace(snapshots, 60), "create motions")


def show_chosen_motion(motion: Motion) -> None:
    panels.show_motion(motion)
    st.button("Choose another motion", icon=":material/undo:", on_click=session.choose_motion, args=(None,))


def show_options() -> None:
    session.prepare_options()
    key = session.option_key
    left, right = st.columns(2)
    with left:
        st.segmented_control(
            "Length",
            ["5", "10"],
            format_func="{} seconds".format,
            required=True,
            key=key("duration"),
            persist_state="session",
            help=HELP("duration"),
        )
        st.segmented_control(
            "Quality",
            ["std", "pro"],
            format_func=wording.QUALITY.__getitem__,
            required=True,
            key=key("mode"),
            persist_state="session",
            help=HELP("mode"),
        )
    with right:
        st.number_input(
            "Which person, counted from the left",
            1,
            11,
            key=key("person"),
            persist_state="session",
            help=HELP("character_id"),
        )
        st.toggle("Mirror the motion", key=key("mirror"), persist_state="session", help=HELP("change_direction"))
    st.text_area(
        "Description",
        max_chars=2500,
        key=key("prompt"),
        persist_state="session",
        help=HELP("prompt"),
        placeholder="For example: a woman dances on a beach at sunset",
    )
    show_sound()
    show_more()


def show_sound() -> None:
    key = session.option_key
    if not st.toggle("Sound", key=key("sound"), persist_state="session", help=HELP("sound_effect")):
        return
    left, right = st.columns(2)
    left.text_area(
        "Sounds", max_chars=2500, key=key("audio_prompt"), persist_state="session", help=HELP("audio_prompt")
    )
    right.text_area(
        "Music", max_chars=2500, key=key("music_prompt"), persist_state="session", help=HELP("music_prompt")
    )
    st.toggle("Whispering sound (ASMR)", key=key("asmr"), persist_state="session", help=HELP("enable_asmr"))


def show_more() -> None:
    key = session.option_key
    with st.expander("More"):
        st.text_input("Reply address", key=key("reply_url"), persist_state="session", help=HELP("reply_url"))
        st.text_input("Reference", key=key("reply_ref"), persist_state="session", help=HELP("reply_ref"))
        st.number_input(
            "Parallel jobs",
            1,
            50,
            value=None,
            key=key("max_jobs"),
            persist_state="session",
            help=HELP("max_jobs"),
        )
        st.caption(f"Account: {session.account_name() or 'the first one'}")


@st.fragment
def send() -> None:
    order = session.order_of_draft()
    if order is None:
        request_view.show_send_button()
        return
    if order.is_over:
        request_view.show_outcome(order)
        return
    panels.show_order(order)
    panels.tick(0.5, "create order")


st.title("Create a video")
draft = session.draft()
left, right = st.columns(2, gap="large")
with left:
    st.subheader("1. Motion")
    if draft.motion is None:
        choose_motion()
    else:
        show_chosen_motion(draft.motion)
with right:
    st.subheader("2. Picture")
    if draft.picture is None:
        pictures.choose_picture()
    else:
        pictures.show_picture(draft.picture)
st.subheader("3. Options")
show_options()
try:
    send()
except KlingError as error:
    panels.show_error(error)
