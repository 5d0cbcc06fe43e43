"""Which of several people in a picture is to move: they are marked on the picture itself, counted from the left.

Nobody is looked for by the machine: no kept package of a small size brings its weights along, and what there is finds
faces, so that those who are turned away would be left out of the count.
"""

from __future__ import annotations

import base64

import streamlit as st

from kling.media import preview
from kling.orders import PictureFile
from pages.ui import session, wording
from pages.ui.components import component, read_where_drawn
from pages.ui.session import PictureAddress

HTML = f"""
<div class="people">
  <img alt="The chosen picture"><div class="zones" role="group" aria-label="{wording.WHY_ZONES}"></div>
  <div class="why" aria-hidden="true">{wording.WHY_ZONES}</div>
</div>
"""


def choose(picture: PictureFile | PictureAddress) -> None:
    """The picture with its zones; who is chosen lands in the draft's option `person`."""
    draft = session.draft()
    result = component("create.people", __file__, HTML)(
        key=f"people {draft.picture_key}",
        data={"key": draft.picture_key, "url": _address(picture), "marks": draft.marks, "chosen": draft.marked},
        on_people_change=read_where_drawn,
    )
    now = result.people or {"marks": draft.marks, "chosen": draft.marked}
    session.mark_people([int(zone) for zone in now["marks"]], now["chosen"])
    if draft.marks:
        st.caption(wording.describe_people(len(draft.marks), session.option("person")))


def _address(picture: PictureFile | PictureAddress) -> str:
    if isinstance(picture, PictureAddress):
        return session.address(picture.url) or ""
    return preview_address(session.draft().picture_key, picture.data)


@st.cache_data(show_spinner=False, max_entries=32)
def preview_address(key: str, _data: bytes) -> str:
    """A picture made small, as an address that holds it itself; `key` changes with the picture."""
    return "data:image/jpeg;base64," + base64.b64encode(preview(_data)).decode()
