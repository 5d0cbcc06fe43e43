"""The end of Create: the one button, the request as others would write it, and what became of it."""

from __future__ import annotations

import json

import streamlit as st

from kling import InvalidInput
from kling.generations import CreateRequest, picture_field
from kling.orders import Order, PictureFile
from pages.ui import panels, price, session, wording
from pages.ui.orders import status
from pages.ui.session import shared
from pages.ui.session.identity import note

PATH = "/videos/motion-create"
PICTURE_NOTE = "The picture is sent first; its address then stands in place of the one shown."


def show_send_button() -> None:
    """The button, and beside it what is still missing."""
    draft = session.draft()
    missing = [what for what, chosen in (("a motion", draft.motion), ("a picture", draft.picture)) if chosen is None]
    if missing:
        st.button("Make the video", type="primary", icon=":material/movie:", disabled=True)
        st.caption(f"Choose {' and '.join(missing)} first.")
        return
    try:
        request = session.draft_request()
    except InvalidInput as error:
        st.button("Make the video", type="primary", icon=":material/movie:", disabled=True)
        panels.show_refused(error)
        return
    st.button("Make the video", type="primary", icon=":material/movie:", on_click=place, args=(draft.id,))
    price.show([request])
    show_request(request)


def place(draft_id: str) -> None:
    """Hand the draft over. A late second click finds the draft's order already placed."""
    draft = session.draft()
    if draft.id != draft_id or draft.motion is None:
        return
    try:
        request = session.draft_request()
    except InvalidInput:
        return  # the form says what is wrong
    if shared.orders().get(draft.id) is None:
        if not panels.may("orders"):
            return
        note("ordered", f"a video, order {draft.id}")
    shared.orders().place_video(
        draft.id,
        f"Video with the motion “{panels.name_of(draft.motion)}”",
        request,
        draft.picture if isinstance(draft.picture, PictureFile) else None,
        account=session.account() or "",
        person=session.person(),
    )


def start_over(draft_id: str) -> None:
    """A new request with everything as it is; only once for each one sent."""
    if session.draft().id == draft_id:
        session.start_draft()


def send_again(draft_id: str) -> None:
    start_over(draft_id)
    place(session.draft().id)


def show_outcome(order: Order) -> None:
    """What became of the request."""
    if order.is_accepted and order.task is not None:
        st.success(
            "Kling has accepted it. It takes a few minutes; you need not wait here.",
            icon=":material/check_circle:",
        )
        row = st.container(horizontal=True)
        query = {"task": str(order.task.id)}
        row.page_link("tasks.py", label="See it in Tasks", icon=":material/checklist:", query_params=query)
        row.button("Make another video", icon=":material/add:", on_click=start_over, args=(order.id,))
        st.caption(f"Task {order.task.id}")
        return
    row = status.show_outcome(order)
    if wording.needs_other_motion(order):
        row.button("Load the motions again", icon=":material/refresh:", type="primary", on_click=load_motions)
    elif not order.may_have_been_received:
        row.button("Try again", icon=":material/refresh:", type="primary", on_click=send_again, args=(order.id,))
        row.button("Change something", icon=":material/edit:", on_click=start_over, args=(order.id,))


def load_motions() -> None:
    session.refresh_lists()
    session.choose_motion(None)
    st.rerun()  # the motions stand outside of the fragment that has the button


def show_request(request: CreateRequest) -> None:
    """The request as JSON, curl and Python; the token is never part of it."""
    body = request.to_wire()
    url = shared.api_url() + PATH
    with st.expander("Show the request for programmers"):
        as_json, as_curl, as_python = st.tabs(["JSON", "curl", "Python"])
        as_json.code(json.dumps(body, indent=2, ensure_ascii=False), language="json")
        as_curl.code(curl(url, body), language="bash")
        as_python.code(python(url, body), language="python")
        if body[picture_field(body)] == session.PENDING_PICTURE:
            st.caption(PICTURE_NOTE)


def curl(url: str, body: dict[str, object]) -> str:
    """The request as a shell command; single quotes in it are made safe for the shell."""
    quoted = json.dumps(body, indent=2, ensure_ascii=False).replace("'", "'\\''")
    return (
        f"curl -X POST '{url}' \\\n"
        '  -H "Authorization: Bearer $KLING_API_TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        f"  -d '{quoted}'"
    )


def python(url: str, body: dict[str, object]) -> str:
    """The request as a Python script."""
    return (
        "import os\n\nimport requests\n\n"
        "response = requests.post(\n"
        f"    {url!r},\n"
        '    headers={"Authorization": f"Bearer {os.environ[\'KLING_API_TOKEN\']}"},\n'
        f"    json={body!r},\n"
        "    timeout=60,\n"
        ")\n"
        "print(response.status_code, response.json())"
    )
