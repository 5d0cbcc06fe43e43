"""Tasks: the table that refreshes itself, and those chosen in it in full.

Each part is a fragment of its own; a tick of the board's timer has only those drawn again that show something new.
"""

import streamlit as st

from pages.ui import session
from pages.ui.orders import pending
from pages.ui.tasks import board, charts, filters, footer, refresh, selection

session.choose_task_of_link()
st.title("Tasks")
pending.show_questions()
numbers = st.container(horizontal=True, key="numbers", gap="small")
filter_bar, board_area = st.container(key="filters"), st.container(key="board")
below = st.container(horizontal=True, vertical_alignment="center", key="below-table")
count = below.container(width="content", key="count")
with filter_bar:
    filters.show()
with board_area:
    board.show(numbers, count)
with below:
    footer.show()
selection.show()
charts.show()
refresh.idle()
