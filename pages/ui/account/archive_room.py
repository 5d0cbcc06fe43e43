"""How much room the kept results take, and what is in the way of keeping more."""

from __future__ import annotations

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling import KlingError
from pages.ui import panels
from pages.ui.session import shared
from pages.ui.wording import archive as wording


def show() -> None:
    st.subheader("Kept results")
    try:
        room, counts = shared.archive().room(), shared.archive().counts()
    except KlingError as error:
        panels.show_error(error)
        return
    except SQLAlchemyError:
        st.error("The database does not answer, so nobody can tell what is kept. Try again in a moment.")
        return
    if room.limit is not None:
        st.progress(min(1.0, room.used / room.limit))
    st.markdown(wording.room_sentence(room, counts))
    if room.problem is not None:
        st.error(wording.PROBLEMS[room.problem], icon=":material/warning:")
    elif room.is_nearly_full:
        st.warning(wording.NEARLY_FULL, icon=":material/warning:")
