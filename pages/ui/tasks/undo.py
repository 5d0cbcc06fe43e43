"""After a deletion: the copies that are kept here lie in the bin, and can be put back at once."""

from __future__ import annotations

import streamlit as st

from kling import KlingError
from pages.ui import allowed, session, wording
from pages.ui.session import Key, archived
from pages.ui.session.identity import note
from pages.ui.wording import deleting as words

DELETED: Key[tuple[int, ...]] = Key("tasks just deleted", ())


def show() -> None:
    """Until it is put back or put away; without a copy there is nothing to undo."""
    binned = archived.binned(DELETED.get())
    if not binned:
        return
    row = st.container(horizontal=True, vertical_alignment="center", key="undo")
    row.markdown(f":material/delete: {words.describe_deleted(len(binned))}", width="content")
    row.button("Put it back" if len(binned) == 1 else "Put them back", icon=":material/undo:",
               on_click=put_back, args=(tuple(binned),))  # fmt: skip
    row.button("Leave it deleted", type="tertiary", on_click=DELETED.set, args=((),))


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
    DELETED.set(())
    session.choose_tasks(())
    st.toast(words.PUT_BACK, icon=":material/undo:", duration="long")
