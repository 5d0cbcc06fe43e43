"""Who this is, in the sidebar of every page: what they are called, what is left of their budget, and the way out."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import streamlit as st

from kling import KlingError, NotConfigured
from kling.people import Act
from pages.ui import session, wording
from pages.ui.session import Key, people, shared
from pages.ui.session.identity import me, note, person_of
from pages.ui.wording import people as wording_of_people

LONGEST_NAME = 40
OWN_NAME = Key("own name", "")


def visibility_of_people() -> Literal["visible", "hidden"]:
    """Of the page People: for those who may do something there, where there is something to do. It refuses others."""
    try:
        settings, person = shared.settings(), person_of(st.context)
    except KlingError:
        return "hidden"
    has_budgets = (settings.budget_person, settings.budget_team) != (None, None)
    is_for_them = person is not None and person.may("manage people") and (person.is_signed_in or has_budgets)
    return "visible" if is_for_them else "hidden"


def visibility_for(act: Act) -> Literal["visible", "hidden"]:
    """Of a page that serves one act alone: not listed for those who may not do that, whom it tells so by itself."""
    try:
        person = person_of(st.context)
    except KlingError:
        return "visible"
    return "visible" if person is None or person.may(act) else "hidden"


def show_person() -> None:
    person = me()
    if person.is_signed_in:
        st.caption(f"Signed in as {wording.plain(person.name or person.id)}", help=wording.plain(person.id))
        with suppress(NotConfigured):
            people.register().was_seen(person.id)
    else:
        show_own_name()
    show_own_month()
    if shared.settings().sign_in == "oidc":
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)


def show_own_name() -> None:
    """Asked in passing, where nobody signs in; who says nothing goes on without a name."""
    said = people.names().get(session.person(), "")
    label = f"You say to be {wording.plain(said)}" if said else "Say who you are"
    with st.popover(label, icon=":material/badge:", type="tertiary"):
        st.text_input("Your name", said, max_chars=LONGEST_NAME, key=OWN_NAME.name, on_change=give_own_name)
        st.caption(wording_of_people.NAME_HELP)


def give_own_name() -> None:
    name = " ".join(OWN_NAME.get().split())[:LONGEST_NAME]
    try:
        people.register().give_name(session.person(), name)
        note("named", f"themselves: {name}")
    except NotConfigured as error:
        st.toast(wording.plain(str(error)), icon=":material/error:")


def show_own_month() -> None:
    """What this person has used of their budget; marked where it comes to its end."""
    with suppress(NotConfigured):
        standings = shared.orders().standings()
        mine = standings.of(session.person())
        if sentence := wording_of_people.describe_month(mine, standings.month.name):
            icon = ":material/warning: " if mine.is_near_the_end else ""
            st.caption(f"{icon}{sentence}", help=wording_of_people.describe_end(mine))
