"""The tasks chosen in the table, and the one that the address names."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from kling.models.strict import whole_number


def chosen_tasks() -> tuple[int, ...]:
    """The tasks this person has chosen in the table, in the order of choosing."""
    found: tuple[int, ...] = st.session_state.get("chosen tasks", ())
    return found


def chosen_task() -> int | None:
    """The task whose details this person looks at; none while several are chosen."""
    chosen = chosen_tasks()
    return chosen[0] if len(chosen) == 1 else None


def choose_task_of_link() -> None:
    """A link names the task to show: /tasks?task=…; the choice made on the page then takes its place."""
    linked = st.query_params.get("task", "")
    if st.session_state.get("linked task") == linked:
        return
    with suppress(ValueError):  # an address can hold anything; one without a number chooses nothing
        choose_task(whole_number(linked))


def choose_task(task_id: int | None) -> None:
    choose_tasks(() if task_id is None else (task_id,))


def choose_tasks(task_ids: tuple[int, ...]) -> None:
    st.session_state["chosen tasks"] = task_ids


def link_to_chosen() -> None:
    """Name the one chosen task in the address, so that a copy of it shows a colleague the same."""
    linked = str(chosen_task() or "")
    st.session_state["linked task"] = linked
    if st.query_params.get("task", "") == linked:
        return
    if linked:
        st.query_params["task"] = linked
    else:
        del st.query_params["task"]
