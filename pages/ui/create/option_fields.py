"""The fields of the options that the chosen motion's generation has."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kling import Motion, MotionCreateRequest, ReferenceMotionRequest
from pages.ui import panels, session, wording
from pages.ui.create import characters
from pages.ui.picker import repairs

HELP = MotionCreateRequest.help
REFERENCE_HELP = ReferenceMotionRequest.help


def show_options(motions: Sequence[Motion], is_for_many: bool = False) -> None:
    """The options that the chosen motion's generation has; what both have keeps its value when the motion changes."""
    session.prepare_options()
    generation = session.draft_generation()
    if generation is None:
        panels.await_generation()
        return
    has = generation.options
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large", key="option-row"):
        show_choices(has, is_for_many)
    if "direction" in has:
        repairs.show_too_long(motions)
    if "duration" not in has:
        st.caption(wording.LENGTH_OF_RESULT)
    words("Description", "prompt", HELP("prompt"), "For example: a woman dances on a beach at sunset")
    if "sound" in has:
        show_sound()
    if "element" in has and session.option("model") == "kling-v3-0":
        with st.expander("Saved character"):
            characters.choose(session.option("element"))


def show_choices(has: frozenset[str], is_for_many: bool) -> None:
    """What is chosen from a few, side by side as far as there is room."""
    if "duration" in has:
        choice("Length", "duration", {"5": "5 seconds", "10": "10 seconds"}, HELP("duration"))
    choice("Quality", "mode", wording.QUALITY, HELP("mode"))
    if "model" in has:
        choice("Version of Kling", "model", wording.MODELS, REFERENCE_HELP("model_name"))
    if "person" in has and is_for_many:
        label, key = "Which person, counted from the left", session.option_key("person")
        st.number_input(label, 1, 11, key=key, persist_state="session", help=HELP("character_id"), width=260)
    if "direction" in has:
        choice("The person faces as in", "direction", wording.DIRECTIONS, REFERENCE_HELP("motion_direction"))
    if "mirror" in has:
        switch("Mirror the motion", "mirror", HELP("change_direction"))
    if "keep_audio" in has:
        switch("Keep the sound of the motion", "keep_audio", REFERENCE_HELP("keep_audio"))


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
    """What is to be heard is folded away, and drawn once that is opened."""
    if not switch("Sound", "sound", HELP("sound_effect")):
        return
    folder = st.expander("Sounds, music, whispering", icon=":material/music_note:", key="sounds", on_change="rerun")
    if not folder.open:
        return
    with folder:
        left, right = st.columns(2)
        with left:
            words("Sounds", "audio_prompt", HELP("audio_prompt"))
        with right:
            words("Music", "music_prompt", HELP("music_prompt"))
        switch("Whispering sound (ASMR)", "asmr", HELP("enable_asmr"))
