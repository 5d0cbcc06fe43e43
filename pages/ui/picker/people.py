"""Which of several people in a picture is to move: they are marked on the picture itself, counted from the left.

Nobody is looked for by the machine: no kept package of a small size brings its weights along, and what there is finds
faces, so that those who are turned away would be left out of the count.
"""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from kling.media import preview
from kling.orders import PictureFile
from pages.ui import session, wording
from pages.ui.session import PictureAddress

HTML = '<div class="people"><img alt="The chosen picture"><div class="zones" role="group"></div></div>'


@functools.cache
def _people() -> Callable[..., Any]:
    css, js = (Path(__file__).with_suffix(kind).read_text(encoding="utf-8") for kind in (".css", ".js"))
    return st.components.v2.component("create.people", html=HTML, css=css, js=js)


def choose(picture: PictureFile | PictureAddress) -> None:
    """The picture with its zones; who is chosen lands in the draft's option `person`."""
    draft = session.draft()
    result = _people()(
        key=f"people {draft.picture_key}",
        data={"key": draft.picture_key, "url": _address(picture), "marks": draft.marks, "chosen": draft.marked},
        on_people_change=_nothing,
    )
    now = result.people or {"marks": draft.marks, "chosen": draft.marked}
    session.mark_people([int(zone) for zone in now["marks"]], now["chosen"])
    st.caption(wording.describe_people(len(draft.marks), session.option("person")))


def _nothing() -> None:
    """What was marked is read where the picture is drawn."""


def _address(picture: PictureFile | PictureAddress) -> str:
    if isinstance(picture, PictureAddress):
        return session.address(picture.url) or ""
    return _preview(session.draft().picture_key, picture.data)


@st.cache_data(show_spinner=False, max_entries=32)
def _preview(key: str, _data: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(preview(_data)).decode()
