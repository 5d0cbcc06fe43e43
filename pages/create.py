"""Create a video: choose a motion, choose a picture, set the options, send."""

from collections.abc import Sequence

import streamlit as st

from kling import KlingError, Motion, MotionCreateRequest, ReferenceMotionRequest
from pages.ui import job_options, panels, session, wording
from pages.ui.create import batch, characters, submit
from pages.ui.orders import pending, status
from pages.ui.picker import picture, repairs

HELP = MotionCreateRequest.help
REFERENCE_HELP = ReferenceMotionRequest.help


@st.fragment
def choose_motion() -> None:
    if session.draft().motion is not None:
        st.rerun()
    motions, snapshots = panels.library()
    panels.show_trouble(*snapshots)
    if panels.is_first_look(snapshots):
        st.skeleton(height=300)
    else:
        panels.show_motion_cards("create picker", motions, snapshots, session.choose_motion)
    panels.tick(panels.pace(snapshots, 60), "create motions")


def show_chosen_motion(motion: Motion) -> None:
    panels.show_motion(motion)
    st.button("Choose another motion", icon=":material/undo:", on_click=session.choose_motion, args=(None,))


def show_options(motions: Sequence[Motion], is_for_many: bool = False) -> None:
    """The options that the chosen motion's generation has; what both have keeps its value when the motion changes."""
    session.prepare_options()
    generation = session.draft_generation()
    if generation is None:
        panels.await_generation()
        return
    has = generation.options
    left, right = st.columns(2)
    with left:
        if "duration" in has:
            choice("Length", "duration", {"5": "5 seconds", "10": "10 seconds"}, HELP("duration"))
        choice("Quality", "mode", wording.QUALITY, HELP("mode"))
        if "model" in has:
            choice("Version of Kling", "model", wording.MODELS, REFERENCE_HELP("model_name"))
        if "duration" not in has:
            st.caption(wording.LENGTH_OF_RESULT)
    with right:
        if "person" in has and is_for_many:
            label, key = "Which person, counted from the left", session.option_key("person")
            st.number_input(label, 1, 11, key=key, persist_state="session", help=HELP("character_id"))
        if "mirror" in has:
            switch("Mirror the motion", "mirror", HELP("change_direction"))
        if "direction" in has:
            choice("The person faces as in", "direction", wording.DIRECTIONS, REFERENCE_HELP("motion_direction"))
            repairs.show_too_long(motions)
        if "keep_audio" in has:
            switch("Keep the sound of the motion", "keep_audio", REFERENCE_HELP("keep_audio"))
    words("Description", "prompt", HELP("prompt"), "For example: a woman dances on a beach at sunset")
    if "sound" in has:
        show_sound()
    if "element" in has and session.option("model") == "kling-v3-0":
        with st.expander("Saved character"):
            characters.choose(session.option("element"))
    with st.expander("More"):
        job_options.show("create", has_max_jobs="max_jobs" in has)


def choice(label: str, name: str, named: dict[str, str], help: str) -> None:
    st.segmented_control(
        label,
        list(named),
        format_func=named.__getitem__,
        required=True,
        key=session.option_key(name),
        persist_state="session",
        help=help,
    )


def switch(label: str, name: str, help: str) -> bool:
    return st.toggle(label, key=session.option_key(name), persist_state="session", help=help)


def words(label: str, name: str, help: str, placeholder: str = "") -> None:
    key = session.option_key(name)
    st.text_area(label, max_chars=2500, key=key, persist_state="session", help=help, placeholder=placeholder)


def show_sound() -> None:
    if not switch("Sound", "sound", HELP("sound_effect")):
        return
    left, right = st.columns(2)
    with left:
        words("Sounds", "audio_prompt", HELP("audio_prompt"))
    with right:
        words("Music", "music_prompt", HELP("music_prompt"))
    switch("Whispering sound (ASMR)", "asmr", HELP("enable_asmr"))


@st.fragment
def send() -> None:
    order = session.order_of_draft()
    if order is None:
        submit.show_send_button()
        return
    if order.is_over:
        submit.show_outcome(order)
        return
    status.show(order)
    panels.tick(0.5, "create order")


def show_one() -> None:
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
            picture.choose_picture()
        else:
            picture.show_picture(draft.picture)
    st.subheader("3. Options")
    show_options([draft.motion] if draft.motion else [])
    send()


def show_many() -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("1. Motions")
        motions = batch.choose_motions()
    with right:
        st.subheader("2. Pictures")
        files = batch.choose_pictures()
    st.subheader("3. Options")
    show_options(motions, is_for_many=True)
    batch.send_many(motions, files)


st.title("Create a video")
try:
    if not batch.placed():
        pending.show(session.draft().id)
    how = batch.choose_how() if not batch.placed() else ""
    if batch.placed():
        batch.follow(batch.placed())
    elif how == batch.MANY:
        show_many()
    elif how == batch.TABLE:
        session.prepare_options()
        batch.from_table()
    else:
        show_one()
except KlingError as error:
    panels.show_error(error)
