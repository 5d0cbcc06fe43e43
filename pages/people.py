"""People: who there is, what each may do and spend, and who waits for an admin. For admins."""

import streamlit as st

from kling import KlingError
from pages.ui import allowed, panels
from pages.ui.people import directory, person, waiting
from pages.ui.session import people
from pages.ui.session.identity import me
from pages.ui.wording import people as wording

st.title("People")
if not me().may("manage people"):
    admin = people.register().whom_to_ask() or "an admin"
    st.info(f"Only admins see this page. If you need something changed, ask {admin}.", icon=":material/lock:")
    raise allowed.PageEnds
try:
    waiting.show()
    directory.show_team()
    chosen = directory.show()
    if chosen is not None:
        person.show(chosen)
    st.caption(wording.WHAT_ROLES_MAY)
except KlingError as error:
    panels.show_error(error)
