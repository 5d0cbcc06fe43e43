"""The end of Create: the bar at the bottom with the one button, and the order that comes of it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from kling import InvalidInput
from kling.generations import CreateRequest
from kling.orders import Order, PictureFile
from pages.ui import allowed, panels, price, session, wording
from pages.ui.create import project
from pages.ui.fragments import fragment
from pages.ui.session import shared
from pages.ui.session.draft import Draft
from pages.ui.session.identity import note

BUTTON = "Make the video"


def is_open(order: Order | None) -> bool:
    """Whether the form stands open: nothing was sent yet, or for certain nothing that Kling took."""
    return order is None or (order.was_not_taken and not order.may_have_been_received)


@fragment()
def show_bar(was_open: bool, also: Callable[[], None]) -> None:
    """The button, and beside it what is still missing; `also` draws what else there is. At the bottom of the window."""
    if is_open(session.order_of_draft()) is not was_open:
        st.rerun()
    row = st.container(horizontal=True, vertical_alignment="center", key="order-bar")
    if not was_open:
        row.button("Make another video", icon=":material/add:", on_click=start_over, args=(session.draft().id,))
        row.caption("Everything stays as it was chosen.")
        return
    request, problem = ready()
    row.button(BUTTON, type="primary", icon=":material/movie:", disabled=request is None, on_click=place,
               args=(session.draft().id,))  # fmt: skip
    project.choose(row)
    if request is None:
        row.caption(problem)
        with row:
            also()
        return
    with row.container(width="stretch", key="order-price"):
        price.show([request])


def ready() -> tuple[CreateRequest | None, str]:
    """What would be sent; or what is still missing. Why an option is against a rule stands above the bar."""
    draft = session.draft()
    missing = [what for what, chosen in (("a motion", draft.motion), ("a picture", draft.picture)) if chosen is None]
    if missing:
        return None, f"Choose {' and '.join(missing)} first."
    try:
        return session.draft_request(), ""
    except InvalidInput as error:
        panels.show_refused(error)
        return None, wording.OPTION_FIRST


def place(draft_id: str) -> None:
    """Hand the draft over. A late second click finds the draft's order already placed."""
    if session.draft().id != draft_id:
        return
    with allowed.toasting_errors():
        order = shared.orders().get(draft_id)
        if order is not None and is_open(order):
            session.start_draft()
        _place(session.draft())


def _place(draft: Draft) -> None:
    if draft.motion is None or draft.picture is None:
        return
    try:
        request = session.draft_request()
    except InvalidInput:
        return  # the form says what is wrong
    is_new = shared.orders().get(draft.id) is None
    if is_new:
        if not allowed.is_allowed("order") or not panels.may("orders"):
            return
        session.keep_draft(is_ordered=True)
    shared.orders().place_video(
        draft.id,
        wording.video_title(draft.picture.name, panels.name_of(draft.motion)),
        request,
        draft.picture if isinstance(draft.picture, PictureFile) else None,
        account=session.account() or "",
        person=session.person(),
        project=project.of_orders(),
    )
    if is_new:
        session.note_done("sent")
        session.note_used([draft.motion.key])
        note("ordered", f"a video, order {draft.id}")


def start_over(draft_id: str) -> None:
    """A new request with everything as it is; only once for each one sent."""
    if session.draft().id == draft_id:
        session.start_draft()
