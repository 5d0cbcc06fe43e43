"""The request being composed on Create."""

from __future__ import annotations

import uuid
from dataclasses import replace

import streamlit as st

from kling import InvalidInput, Motion, Task
from kling.generations import CreateRequest, Generation, generation_of
from kling.orders import Order, PictureFile
from pages.ui import wording
from pages.ui.session import archived, saved_draft, shared
from pages.ui.session.draft import Draft, PictureAddress
from pages.ui.session.keys import Key
from pages.ui.session.options import CHOICES, OPTIONS, request_options, set_option
from pages.ui.session.shared_lists import library_generation

# The address stands in for a picture that Kling does not have yet, so that everything else can be checked first.
PENDING_PICTURE = "https://picture.invalid/sent-with-the-request"

ONE, MANY, TABLE = "One video", "Several at once", "From a table"
HOW: Key[str | None] = Key("batch how", ONE)
"""Which of them Create shows."""

ARRIVAL = Key("arrival on create", "")
"""Changes whenever somebody is led to Create with something chosen."""


def draft() -> Draft:
    """The request this person composes."""
    if "draft" not in st.session_state:
        st.session_state["draft"] = saved_draft.restore() or Draft()
    found: Draft = st.session_state["draft"]
    return found


def keep_draft(is_ordered: bool = False) -> None:
    """Have the draft found again after a reload; to be called when the page is drawn, and right before it is
    ordered."""
    saved_draft.keep(draft(), is_ordered)


def draft_generation() -> Generation | None:
    """The generation that the options on Create are for: that of the chosen motion, else that of the library."""
    chosen = draft().motion
    return library_generation() if chosen is None else generation_of(chosen)


def request_for(motion: Motion, picture_url: str = PENDING_PICTURE) -> CreateRequest:
    """A request with a motion and a picture, and the options as they are set."""
    return generation_of(motion).request(motion, picture_url, request_options())


def draft_request() -> CreateRequest:
    """The draft as a request; `InvalidInput` naming what is missing or against a rule."""
    now = draft()
    if now.motion is None or now.picture is None:
        raise InvalidInput("Choose a motion and a picture first.", "motion")
    return request_for(now.motion, now.picture.url if isinstance(now.picture, PictureAddress) else PENDING_PICTURE)


def start_draft() -> None:
    """A new request, with the options as they are."""
    st.session_state["draft"] = replace(draft(), id=uuid.uuid4().hex)


def choose_motion(motion: Motion | None) -> None:
    """Put a motion in the draft; a request that was already sent is left and a new one begun."""
    if shared.orders().get(draft().id):
        start_draft()
    draft().motion = motion


def choose_picture(picture: PictureFile | PictureAddress | None) -> None:
    """Put a picture in the draft; a request that was already sent is left and a new one begun."""
    if shared.orders().get(draft().id):
        start_draft()
    now = draft()
    now.picture, now.picture_key, now.marks, now.marked = picture, uuid.uuid4().hex, [], None
    set_option("person", OPTIONS["person"])


def lead_to_one_video() -> None:
    """Have Create show the draft from its top; to be called where another page leads there."""
    HOW.set(ONE)
    ARRIVAL.set(uuid.uuid4().hex)


def mark_people(zones: list[int], chosen: int | None) -> None:
    """Where people stand in the picture, and in which zone the one who is to move."""
    now = draft()
    now.marks, now.marked = zones, chosen
    set_option("person", zones.index(chosen) + 1 if chosen in zones else OPTIONS["person"])


def picture_of(task: Task) -> PictureFile | PictureAddress | None:
    """The picture that a task was made from: the one that is kept, for Kling's link to it lapses; else that link."""
    name = wording.picture_of_title(shared.makers().titles.get(task.id or 0))
    if (found := archived.picture_of(task.id, name)) is not None:
        return found
    return PictureAddress(task.picture_url, name or PictureAddress.name) if task.picture_url else None


def draft_like(task: Task, motion: Motion | None) -> None:
    """Fill the draft with what made `task`."""
    st.session_state["draft"] = Draft(motion=motion, picture=picture_of(task))
    lead_to_one_video()
    arguments = {
        "duration": task.argument("duration"),
        "mode": task.argument("model_mode"),
        "sound": {"true": True, "false": False}.get(task.argument("enable_audio") or ""),
        "prompt": task.prompt,
        "model": task.argument("model_name"),
        "direction": task.argument("motion_direction"),
        "keep_audio": {"true": True, "false": False}.get(task.argument("keep_audio") or ""),
    }
    wanted = dict(OPTIONS) | {name: value for name, value in arguments.items() if value in CHOICES.get(name, (value,))}
    wanted |= {name: OPTIONS[name] for name, value in wanted.items() if value is None and name != "max_jobs"}
    for name, value in wanted.items():
        set_option(name, value)


def order_of_draft() -> Order | None:
    """The order that this draft became, if it was sent; to be drawn, not to decide by."""
    return shared.orders().lately(draft().id)
