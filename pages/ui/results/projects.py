"""The project that is looked at, and another name for it."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from kling.archive.labels import LONGEST_PROJECT
from pages.ui import allowed
from pages.ui.results import actions, view
from pages.ui.session import Key, archived
from pages.ui.session.identity import me, note


def offer_renaming(row: DeltaGenerator) -> None:
    """To admins, and to whoever made it."""
    project, names = view.PROJECT.get() or "", archived.labels().projects()
    if project not in names or not me().may("rename project", archived.labels().maker_of(project)):
        return
    with row.popover("Rename", icon=":material/edit:", key="rename project"):
        key = f"name of project {project}"
        st.text_input("Name of this project, for everybody", names[project], key=key, max_chars=LONGEST_PROJECT,
                      on_change=rename, args=(project, key))  # fmt: skip


def rename(project: str, key: str) -> None:
    name = Key(key, "").get()
    if allowed.is_allowed("rename project", archived.labels().maker_of(project)) and actions.attempt(
        lambda: archived.labels().rename_project(project, name), "Renamed."
    ):
        note("named", f"project {project}: {name}")
