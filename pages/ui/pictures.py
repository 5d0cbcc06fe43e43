"""Choose the picture of a person: a file, or one that Kling has from before."""

from __future__ import annotations

import streamlit as st

from kling import KlingError, Upload
from kling.media import inspect_picture
from kling.orders import PictureFile
from pages.ui import panels, session
from pages.ui.session import PictureAddress

SHOWN = 24


@st.fragment
def choose_picture() -> None:
    """Offers both ways; the choice lands in the draft."""
    if session.draft().picture is not None:
        st.rerun()
    new, before = st.tabs(["From this computer", "Used before"])
    with new:
        picture = upload_picture("picture file", "A PNG or JPEG of one person, clearly visible. Up to 10 MB.")
        if picture:
            session.choose_picture(picture)
            st.rerun()
    with before:
        choose_earlier()


def upload_picture(key: str, label: str) -> PictureFile | None:
    """A picture from the person's computer, checked; what is wrong with it is said here."""
    file = st.file_uploader(label, type=["png", "jpg", "jpeg"], key=key, max_upload_size=10)
    if file is None:
        return None
    try:
        data = file.getvalue()
        return PictureFile(file.name, data, inspect_picture(data).content_type)
    except KlingError as error:
        panels.show_error(error)
        return None


def choose_earlier() -> None:
    snapshot = session.latest("pictures")
    panels.show_trouble(snapshot, place="pictures")
    pictures: list[Upload] = snapshot.value or []
    if panels.is_first_look([snapshot]):
        st.skeleton(height=200)
    elif not pictures and snapshot.error is None:
        st.caption("No picture has been sent to Kling yet. The ones you use will be found here.")
    cards = [picture_card(number, picture) for number, picture in enumerate(pictures[:SHOWN], 1)]
    panels.show_cards("pictures", cards, session.choose_picture)
    panels.tick(panels.pace([snapshot], 60), "pictures")


def picture_card(number: int, picture: Upload) -> panels.Card:
    name = picture.name or f"Picture {number}"
    return panels.Card(str(picture.id or number), picture.url, name, "", PictureAddress(picture.url or "", name))


def show_picture(picture: PictureFile | PictureAddress) -> None:
    """The chosen picture, and the way back."""
    shown = picture.data if isinstance(picture, PictureFile) else session.address(picture.url)
    if shown:
        st.image(shown)
    st.markdown(f"**{picture.name}**")
    st.button("Choose another picture", icon=":material/undo:", on_click=session.choose_picture, args=(None,))
