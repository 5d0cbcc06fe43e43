"""The audit trail, for admins: who did what, when and from where."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from kling.people.audit import as_csv
from pages.ui.session import people
from pages.ui.session.identity import me, noted_download

SHOWN = 500


def show() -> None:
    """Nothing at all for others."""
    if not me().may("see what everybody did"):
        return
    st.subheader("What everybody did")
    try:
        events = people.audit().latest(SHOWN)
    except SQLAlchemyError:
        st.warning("This cannot be shown: the database does not answer. Try again in a moment.")
        return
    st.caption(f"Kept for a year; the latest {SHOWN} are shown. Nobody can change it here.")
    st.dataframe(
        pd.DataFrame(
            {
                "When (UTC)": [pd.Timestamp(event.at, unit="s", tz="UTC") for event in events],
                "Who": [event.person for event in events],
                "What": [event.what for event in events],
                "About": [event.about for event in events],
                "From": [event.address for event in events],
            }
        ),
        hide_index=True,
        column_config={"When (UTC)": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss")},
    )
    trail = people.audit()
    st.download_button(
        "All of it as CSV", noted_download("the audit trail", lambda: as_csv(trail.latest())), "audit.csv", "text/csv",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip
