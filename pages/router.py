"""The map: every page with its title and icon, and what stands on all of them."""

from contextlib import suppress
from pathlib import Path

import streamlit as st

from kling import KlingError
from pages.ui import allowed, panels, sidebar
from pages.ui.fragments import telling_faults
from pages.ui.orders import line, notices
from pages.ui.session import shared
from pages.ui.session.identity import me

ICON = str(Path(__file__).parent / "ui" / "icon.svg")

st.set_page_config(page_icon=ICON, layout="wide")
st.logo(ICON, size="large")

page = st.navigation(
    [
        st.Page("create.py", title="Create a video", icon=":material/movie:", default=True,
                visibility=sidebar.visibility_for("order")),
        st.Page("upload.py", title="Upload a motion", icon=":material/upload:",
                visibility=sidebar.visibility_for("upload")),
        st.Page("motions.py", title="Motions", icon=":material/accessibility_new:"),
        st.Page("tasks.py", title="Tasks", icon=":material/checklist:"),
        st.Page("results.py", title="Results", icon=":material/video_library:"),
        st.Page("spending.py", title="Spending", icon=":material/savings:"),
        st.Page("people.py", title="People", icon=":material/group:", visibility=sidebar.visibility_of_people()),
        st.Page("account.py", title="Account", icon=":material/account_circle:"),
        st.Page("help.py", title="Help", icon=":material/help:"),
    ]
)  # fmt: skip

try:
    shared.settings()
    shared.orders().start()
    me()
except KlingError as error:
    panels.show_error(error)
else:
    panels.show_mode()
    with st.sidebar:
        sidebar.show_person()
    panels.show_refused_upload()
    line.show()
    with telling_faults("again page"), suppress(allowed.PageEnds):
        page.run()
    # Last, so that the browser draws the page before it loads the timer of the notices.
    with st.sidebar:
        notices.show(is_on_tasks=page.url_path == "tasks")
