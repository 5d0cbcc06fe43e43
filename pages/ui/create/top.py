"""Whoever comes from another page with something chosen sees it: Streamlit leaves the page scrolled as it was."""

from __future__ import annotations

from pages.ui import session
from pages.ui.components import component

HTML = '<div class="to-the-top"></div>'


def show() -> None:
    """Draws nothing; scrolls to the top once for each time that somebody comes so."""
    if arrival := session.ARRIVAL.get():
        component("create.top", __file__, HTML)(key="to the top", data={"arrival": arrival})
