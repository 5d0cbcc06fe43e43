"""Tasks: the table that refreshes itself, and those chosen in it in full.

Each part is a fragment of its own; a beat of the board's timer has only those drawn again that show something new.
"""

import streamlit as st

from pages.ui import board, board_below, board_charts, board_filters, board_pulse, session, task_chosen

st.title("Tasks")
session.choose_task_of_link()
numbers = st.container(horizontal=True, key="numbers", gap="small")
board_filters.show()
with st.container(key="board"):
    board.show(numbers)
board_below.show()
task_chosen.show()
board_charts.show()
board_pulse.idle()
