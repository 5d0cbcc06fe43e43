"""Spending: what a month's orders took, by day, person, model and motion; what failed; how long it took."""

import streamlit as st

from kling import KlingError
from pages.ui import panels, session
from pages.ui.session.identity import me
from pages.ui.spending import charts, files, frame, month
from pages.ui.wording import plain


def show() -> None:
    """Admins see everybody's orders, others their own."""
    chosen, zone, sees_all = month.choose(), month.zone(), me().may("see what everybody spent")
    seen = frame.seen(chosen, zone, None if sees_all else session.person())
    whose = "Everybody's orders" if sees_all else "Your orders"
    st.caption(f"{whose}; days begin at midnight in {plain(zone)}.")
    if seen.table.empty:
        st.info(f"Nothing was ordered in {month.label(chosen)}.", icon=":material/savings:")
        return
    charts.show_numbers(seen)
    charts.show_credits(seen, chosen, zone, sees_all)
    charts.show_failures(seen)
    charts.show_times(seen)
    files.show(seen.table, chosen.key, zone)


st.title("Spending")
try:
    show()
except KlingError as error:
    panels.show_error(error)
