"""What is wrong with a file, a line for each with its way out. Nothing is repaired here."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from kling.media import Fix, Problem
from pages.ui import wording

Begin = Callable[[Sequence[Fix]], None]


def show(found: Sequence[Problem], key: str, begin: Begin, *, is_video: bool) -> None:
    """Each problem with a button for each way to repair it, and one for all; `begin` gets what was chosen."""
    can_all_be_repaired = all(problem.fixes for problem in found)
    for number, problem in enumerate(found):
        with st.container(border=True, key=f"problem-{key}-{number}"):
            icon = ":material/build:" if problem.fixes else ":material/block:"
            st.markdown(f"{icon} {problem.what}")
            row = st.container(horizontal=True)
            for fix in problem.fixes:
                name = wording.describe_fix(fix, is_video)
                row.button(name, key=f"{key} {number} {name}", on_click=begin, args=([fix],))
    if len(found) > 1 and can_all_be_repaired:
        fixes = [problem.fixes[0] for problem in found]
        st.button(
            "Repair all", key=f"{key} all", type="primary", icon=":material/build:", on_click=begin, args=(fixes,)
        )
