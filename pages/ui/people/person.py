"""One person: what they may do, what they may spend, and whether they may come in."""

from __future__ import annotations

import streamlit as st

from kling.people import ROLES, Role, What
from pages.ui import allowed
from pages.ui.people.entries import Entry
from pages.ui.session import Key, people, shared
from pages.ui.session.identity import note
from pages.ui.wording import people as wording


def show(entry: Entry) -> None:
    with st.container(border=True, key="person"):
        st.subheader(entry.shown_name)
        is_known = "@" in entry.id
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if is_known:
                show_role(entry)
            show_budget(entry)
            if is_known and not entry.is_fixed:
                show_block(entry)
        if entry.is_fixed:
            st.caption("Is an admin by the settings of this dashboard, which only whoever runs it can change.")
        elif not is_known:
            st.caption("Nobody signs in here: the name is what was typed, and goes with one browser.")


def show_role(entry: Entry) -> None:
    key = f"role {entry.id} {entry.role}"
    st.selectbox("Role", ROLES, ROLES.index(entry.role), format_func=wording.ROLES.__getitem__, key=key, width=180,
                 disabled=entry.is_fixed, on_change=give_role, args=(entry.id, key))  # fmt: skip


def show_budget(entry: Entry) -> None:
    key = f"budget {entry.id} {entry.budget}"
    usual = shared.settings().budget_person
    without = "no end" if usual is None else f"{wording.credits(usual)}, as everybody"
    st.number_input("Credits a month", 0.0, None, entry.budget, step=10.0, format="%.0f", key=key, width=220,
                    placeholder=without, help="Empty for the usual budget.",
                    on_change=give_budget, args=(entry.id, key))  # fmt: skip


def show_block(entry: Entry) -> None:
    if entry.is_blocked:
        st.button("Let in again", icon=":material/lock_open:", on_click=block, args=(entry.id, False))
        return
    with st.popover("Block", icon=":material/block:"):
        st.markdown("They are led out at once, wherever they are signed in. What they ordered goes on.")
        st.button("Block", type="primary", key="block for good", on_click=block, args=(entry.id, True))


def give_role(person: str, key: str) -> None:
    role = Key[Role](key, "maker").get()
    if allowed.is_allowed("manage people"):
        with allowed.toasting_errors():
            people.register().give_role(person, role)
            note_and_toast("changed a role", f"{person}: {role}")


def give_budget(person: str, key: str) -> None:
    budget = Key[float | None](key, None).get()
    if allowed.is_allowed("manage people"):
        with allowed.toasting_errors():
            people.register().give_budget(person, budget)
            given = "as everybody" if budget is None else f"{budget:g} credits a month"
            note_and_toast("changed a budget", f"{person}: {given}")


def block(person: str, is_blocked: bool) -> None:
    if allowed.is_allowed("manage people"):
        with allowed.toasting_errors():
            people.register().block(person, is_blocked)
            note_and_toast("blocked" if is_blocked else "let in again", person)


def note_and_toast(what: What, about: str) -> None:
    note(what, about)
    st.toast("Kept.", icon=":material/check:")
