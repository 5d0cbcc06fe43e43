"""A page with nothing but the picker and two hundred cards."""

import sys
from pathlib import Path

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from pages.ui import picker

CARDS = [
    picker.Card(
        str(n), f"Motion number {n}", f"/none/{n}.jpg", f"/none/{n}.mp4", "3 s · Kling's own", tag=f"tag{n % 9}"
    )
    for n in range(200)
]

picker.show("picker", CARDS, st.session_state.setdefault("chosen", []).append, "Nothing")
