"""Results: every video that is kept, found again, labelled, shared and thrown away."""

import streamlit as st

from pages.ui.results import filters, grid, one, view

st.title("Results")
with st.container(key="filters-away" if view.opened() else "filters-here"), view.telling_trouble():
    filters.show()
if view.opened():
    one.show(view.opened())
else:
    grid.show()
