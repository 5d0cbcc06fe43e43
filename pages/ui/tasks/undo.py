"""After a deletion: the copies that are kept here lie in the bin, and can be put back, after a reload too."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from kling import KlingError
from pages.ui import allowed, session, wording
from pages.ui.session import archived, shared
from pages.ui.session.identity import note
from pages.ui.wording import deleting as words

NAME = "tasks"


def show() -> None:
    """Until it is put back or put away, here or among the results; without a copy there is nothing to undo."""
    binned = archived.binned(shared.saved_values().get(session.person(), "deleted", NAME) or ())
    if not binned:
        return
    row = st.container(horizontal=True, vertical_alignment="center", key="undo")
    row.markdown(f":material/delete: {words.describe_deleted(len(binned))}", width="content")
    row.button("Put it back" if len(binned) == 1 else "Put them back", icon=":material/undo:",
               on_click=put_back, args=(tuple(binned),))  # fmt: skip
    row.button("Leave it deleted", type="tertiary", on_click=forget)


def remember(task_ids: tuple[int, ...]) -> None:
    """What this person has just deleted, in place of what they deleted before."""
    with suppress(KlingError):  # the copies are in the bin all the same
        shared.saved_values().put(session.person(), "deleted", NAME, task_ids)


def forget() -> None:
    with suppress(KlingError):
        shared.saved_values().drop(session.person(), "deleted", NAME)


def put_back(task_ids: tuple[str, ...]) -> None:
    if not allowed.is_allowed("arrange"):
        return
    try:
        archived.results_bin().put_back(task_ids)
    except KlingError as error:
        st.toast(wording.plain(str(error)), icon=":material/error:", duration="long")
        return
    archived.library().changed()
    note("put back", ", ".join(task_ids))
    forget()
    session.choose_tasks(())
    st.toast(words.PUT_BACK, icon=":material/undo:", duration="long")
