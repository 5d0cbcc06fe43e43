"""Links to one result: for colleagues, and for somebody outside, who sees that one video and nothing else."""

from __future__ import annotations

import streamlit as st

from kling.archive import Result
from kling.archive.sharing import Share
from pages.ui import session
from pages.ui.results import actions, view
from pages.ui.session import Key, archived, shared
from pages.ui.session.identity import me, note
from pages.ui.session.viewer_zone import viewer_zone
from pages.ui.wording import plain
from pages.ui.wording import results as wording

DAYS = {1: "1 day", 7: "7 days", 30: "30 days"}
FOR_DAYS = Key("share for days", 7)
MADE: Key[tuple[str, str]] = Key("share made", ("", ""))
"""The result of the link made last, and that link: nobody can tell it a second time."""


def show(result: Result) -> None:
    st.markdown("**For colleagues**, who can open this dashboard:")
    st.code(session.route(f"results?id={result.task_id}"), language=None, wrap_lines=True)
    if not me().may("arrange") or not result.has_video:
        return
    st.markdown("**For somebody outside**, who sees this one video and nothing else:")
    if shared.settings().sign_in == "none" and not shared.settings().open:
        st.caption(wording.NOT_OUTSIDE)
    made_for, link = MADE.get()
    if made_for == result.task_id:
        st.code(link, language=None, wrap_lines=True)
        st.caption("Copy it now: it is not shown again. Whoever has it can open it without signing in.")
    st.segmented_control(
        "It holds for", list(DAYS), default=7, required=True, format_func=DAYS.__getitem__, key=FOR_DAYS.name
    )
    st.button("Make a link", icon=":material/add_link:", on_click=make, args=(result.task_id,))
    for share in archived.shares().of(result.task_id):
        show_share(share)


def show_share(share: Share) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        until = wording.day_of(share.expires_at, viewer_zone())
        st.caption(f"A link by {plain(view.made_by(share.person))} holds until {until}.")
        st.button("Take back", key=f"take back {share.token_hash}", type="tertiary", on_click=take_back, args=(share,))


def make(task_id: str) -> None:
    days = FOR_DAYS.get()

    def made() -> None:
        token = archived.shares().make(task_id, session.person(), days)
        MADE.set((task_id, link_of(token)))

    if actions.attempt(made):
        note("shared", f"result {task_id} for {DAYS[days]}")


def link_of(token: str) -> str:
    """As somebody outside opens it."""
    public = shared.settings().public_url
    return f"{public}/share/{token}" if public else session.route(f"share/{token}")


def take_back(share: Share) -> None:
    if actions.attempt(lambda: archived.shares().take_back(share.token_hash), wording.TAKEN_BACK):
        note("took a link back", f"result {share.task_id}")
        MADE.set(("", ""))
