"""Which project the next videos belong to: the person's last one until they choose another."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.ui import session
from pages.ui.session import Key, archived

NAME: Key[str | None] = Key("create project", None)
IS_PREPARED = Key("create project prepared", False)


def choose(place: DeltaGenerator | None = None) -> None:
    """One there is, a new one, or none."""
    names = archived.labels().projects()
    if not IS_PREPARED.get():
        IS_PREPARED.set(True)
        NAME.set(names.get(archived.labels().last_project(session.person()) or ""))
    (place or st).selectbox(
        "Project", [*names.values()], index=None, accept_new_options=True, key=NAME.name, placeholder="No project",
        label_visibility="collapsed", persist_state="session", width=200,
    )  # fmt: skip


def of_orders() -> str | None:
    """The id of the chosen one; a new one is made."""
    name = NAME.get()
    return archived.labels().make_project(name, session.person()) if name else None
