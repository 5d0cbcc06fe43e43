"""Tasks: the table that refreshes itself, and those chosen in it in full.

Each part is a fragment of its own; a beat of the board's timer has only those drawn again that show something new.
"""

import streamlit as st

from pages.ui import board, board_below, board_charts, board_filters, board_pulse, first_rows, session, task_chosen

session.choose_task_of_link()
rows = first_rows.of_page()  # before anything is drawn, so that title and rows come to the browser together
st.title("Tasks")
numbers = st.container(horizontal=True, key="numbers", gap="small")
filters, table = st.container(key="filters"), st.container(key="board")
with table:
    first_rows.show(rows)
with filters:
    board_filters.show()
with table:
    board.show(numbers)
board_below.show()
task_chosen.show()
board_charts.show()
board_pulse.idle()
