"""What was finished while Tasks is open, by a toast."""

from __future__ import annotations

import streamlit as st

from pages.ui import session, wording
from pages.ui.tasks.board_state import BoardContext


def tell(context: BoardContext) -> None:
    """What was finished since the last time: by name if it is one, else how many."""
    tasks = context.feeds.tasks.known().value
    with session.notifying_of_tasks() as finished:
        found = [task for task_id in finished if tasks and (task := tasks.get(task_id))]
        if len(found) == 1:
            state = wording.state_of(found[0])
            name = wording.describe(found[0], context.lookups.names)
            st.toast(f"{wording.plain(state.label)}: {wording.plain(name)}", icon=state.icon)
        elif found:
            st.toast(f"{len(found)} tasks are finished.", icon=":material/done_all:")
