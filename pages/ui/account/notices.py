"""How this person wants to hear that something has finished."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from pages.ui import session
from pages.ui.session import Key, notices, shared

BROWSER: Key[bool] = Key("notices browser", True)
TEAM: Key[bool] = Key("notices team", False)


def show() -> None:
    """Their own choice; the web hook's address is the admins' and is shown to nobody."""
    try:
        choice = notices.choices().of(session.person())
    except SQLAlchemyError:
        return  # what else is on the page says that the database does not answer
    st.subheader("When something of mine has finished")
    st.toggle("Tell me in this browser", value=choice.browser, key=BROWSER.name, on_change=keep,
              help="The browser asks you once whether it may. A note on the page comes in any case.")  # fmt: skip
    if shared.settings().notify_url:
        st.toggle("Tell my team's channel", value=choice.team_since is not None, key=TEAM.name, on_change=keep,
                  help="One message an order, or a batch, with your name and what came of it.")  # fmt: skip
    else:
        st.caption("Whoever runs this dashboard can let it tell a channel of your team as well.")


def keep() -> None:
    try:
        notices.choices().choose(session.person(), browser=BROWSER.get(), team=TEAM.get())
    except SQLAlchemyError:
        st.toast("This could not be kept: the database does not answer. Try again in a moment.",
                 icon=":material/error:")  # fmt: skip
