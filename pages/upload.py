"""Upload a motion: choose a clip, make it right, choose its cover, send it, follow the extraction, use it."""

import streamlit as st

from pages.ui import allowed, session
from pages.ui.orders import pending
from pages.ui.session import shared
from pages.ui.upload import choose, edit, extraction

st.title("Upload a motion")
allowed.show_that_one_only_looks("upload")
clip = session.motion_draft()
pending.show(clip.id if clip else "")
if clip is None:
    generation = session.library_generation()
    if generation is not None:
        choose.choose_clip(generation)
    choose.watch_limits(generation)
elif shared.orders().get(clip.id):
    extraction.follow(clip.id)
else:
    edit.show_clip(clip.id)
