"""What is wrong with a file or a choice, a line for each with its way out. No file is repaired here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kling import Motion
from kling.generations import is_too_long
from kling.media import Fix, Problem
from pages.ui import session, wording
from pages.ui.session import shared

Begin = Callable[[Sequence[Fix]], None]


def show(found: Sequence[Problem], key: str, begin: Begin, *, is_video: bool) -> None:
    """Each problem with a button for each way to repair it, and one for all; `begin` gets what was chosen."""
    can_all_be_repaired = all(problem.fixes for problem in found)
    for number, problem in enumerate(found):
        with st.container(border=True, key=f"problem-{key}-{number}"):
            icon = ":material/build:" if problem.fixes else ":material/block:"
            st.markdown(f"{icon} {wording.plain(problem.what)}")
            row = st.container(horizontal=True)
            for fix in problem.fixes:
                name = wording.describe_fix(fix, is_video)
                row.button(name, key=f"{key} {number} {name}", on_click=begin, args=([fix],))
    if len(found) > 1 and can_all_be_repaired:
        fixes = [problem.fixes[0] for problem in found]
        st.button(
            "Repair all", key=f"{key} all", type="primary", icon=":material/build:", on_click=begin, args=(fixes,)
        )


def show_too_long(motions: Sequence[Motion]) -> None:
    """The motions that are too long for the way the person is to face."""
    too_long = [motion for motion in motions if is_too_long(motion, session.option("direction"))]
    if too_long:
        show_facing(wording.explain_too_long(too_long, shared.names().all()))


def show_facing(what: str) -> None:
    """Why the person cannot face as in the picture, and the way out."""
    with st.container(border=True, key="problem-facing"):
        st.markdown(f":material/build: {what}")
        st.button(wording.FACE_AS_IN_MOTION, on_click=session.face_as_in_motion)
