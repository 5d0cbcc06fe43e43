"""What Create and Upload ask alike under "For programmers": whom Kling tells of the task, and how many at a time."""

from __future__ import annotations

import streamlit as st

from kling import MotionCreateRequest
from pages.ui import session, wording
from pages.ui.session import JobPage, shared

HELP = MotionCreateRequest.help
TELL_HELP = "Kling calls this dashboard the moment something changes. A reply address of your own takes its place."


def show(page: JobPage, *, has_max_jobs: bool) -> None:
    """The fields, and the account that does the work."""
    session.prepare_job_options(page)
    if shared.settings().public_url:
        label, key = "Tell this dashboard when it is done", session.option_key("tell", page)
        st.toggle(label, key=key, persist_state="session", help=TELL_HELP)
    words("Reply address", "reply_url", page)
    words("Reference", "reply_ref", page)
    if has_max_jobs:
        label, key = "Parallel jobs", session.option_key("max_jobs", page)
        st.number_input(label, 1, 50, value=None, key=key, persist_state="session", help=HELP("max_jobs"))
    st.caption(f"Account: {wording.plain(session.account_name() or 'the first one')}")


def words(label: str, name: str, page: JobPage) -> None:
    st.text_input(label, key=session.option_key(name, page), persist_state="session", help=HELP(name))
