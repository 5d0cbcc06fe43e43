"""Presets of settings: to use one, to keep the settings as they are now under a name, to drop one."""

from __future__ import annotations

import streamlit as st

from kling import KlingError
from pages.ui import allowed, session, wording
from pages.ui.session import Key, Preset
from pages.ui.session.identity import note
from pages.ui.session.presets import NAME_MOST

NAME, EVERYBODYS = Key("preset name", ""), Key("preset is everybodys", False)


def show() -> None:
    """A small menu above the options."""
    with st.popover("Presets", icon=":material/bookmark:", help="Settings that you use again and again, by a name."):
        for number, preset in enumerate(session.presets()):
            show_preset(preset, number)
        st.text_input("Keep the settings as they are now as", key=NAME.name, max_chars=NAME_MOST, placeholder="A name",
                      persist_state="session")  # fmt: skip
        st.toggle("For everybody here", key=EVERYBODYS.name, persist_state="session")
        st.button("Keep", icon=":material/bookmark_add:", key="keep preset", on_click=keep)


def show_preset(preset: Preset, number: int) -> None:
    row = st.container(horizontal=True, vertical_alignment="center", key=f"preset {number}")
    label = f"{preset.name} (everybody's)" if preset.is_everybodys else preset.name
    row.button(wording.plain(label), key=f"use preset {number}", width="stretch", on_click=use, args=(preset,))
    row.button("Drop", icon=":material/close:", type="tertiary", key=f"drop preset {number}", on_click=drop,
               args=(preset,), help="The settings of this moment stay as they are.")  # fmt: skip


def keep() -> None:
    if not NAME.get().strip():
        st.toast("Give the preset a name first.", icon=":material/info:")
        return
    if EVERYBODYS.get() and not allowed.is_allowed("name"):
        return
    try:
        session.save_preset(NAME.get(), EVERYBODYS.get())
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")
        return
    if EVERYBODYS.get():
        note("named", f"a preset for everybody: {NAME.get()}")
    NAME.set("")


def use(preset: Preset) -> None:
    try:
        session.use_preset(preset)
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")


def drop(preset: Preset) -> None:
    if preset.is_everybodys and not allowed.is_allowed("name"):
        return
    try:
        session.drop_preset(preset)
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")
        return
    if preset.is_everybodys:
        note("deleted", f"a preset of everybody's: {preset.name}")
