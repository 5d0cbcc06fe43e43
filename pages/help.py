"""Help: the way to a video, the words used here, what files must be, and whom to ask."""

import streamlit as st

from kling.generations import TODAY
from pages.ui import session
from pages.ui.session import shared
from pages.ui.wording import help as words

st.title("Help")
generation = session.library_generation()
clip = (generation or TODAY).purpose
left, right = st.columns(2, gap="large")
with left:
    st.subheader("The way to a video")
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(words.STEPS, 1)))
    st.markdown(words.ORDERED)
    st.subheader("Whom to ask")
    st.markdown(words.describe_whom_to_ask(shared.settings().admins))
with right:
    st.subheader("Words")
    st.markdown("\n".join(f"- **{word}**: {meaning}" for word, meaning in words.WORDS.items()))
    st.subheader("Limits")
    limits = words.describe_limits([("Picture", "picture"), ("Video for a motion", clip)])
    st.markdown("\n".join(f"- {line}" for line in limits))
    st.markdown(words.REPAIRED)
