"""Account: connected or not and why, credits, free places, and what to set."""

import streamlit as st

from kling import Account, Capacity, __version__
from kling.sandbox import practice
from pages.ui import panels, session, wording
from pages.ui.account import archive_room, audit_trail, notices
from pages.ui.fragments import fragment
from pages.ui.session import Key, shared
from pages.ui.session.identity import me

PRACTICE_MOTIONS = {1: "Extracted motions", 2: "Videos as motions"}
PRACTICE_GENERATION = Key("practice motions", 1)
HOW_TO_GO_LIVE = """
export KLING_API_TOKEN="user:1234-your-unique-string"
streamlit run app.py
"""


@fragment()
def show_accounts() -> None:
    accounts, capacity = session.latest("accounts"), session.latest("capacity")
    panels.show_trouble(accounts)
    if panels.is_loading([accounts]):
        panels.show_waiting(160, accounts)
    elif accounts.error is None:
        st.success("Connected.", icon=":material/check_circle:")
    for account in accounts.value or []:
        show_account(account, capacity.value)
    if accounts.value is not None and not accounts.value:
        st.warning(
            "No Kling account is set up under this token. Add one at useapi.net.",
            icon=":material/person_off:",
        )
    panels.tick(panels.refresh_interval([accounts, capacity], 30), "account tick")


def show_account(account: Account, capacity: Capacity | None) -> None:
    places = session.free_places(capacity, account.email)
    with st.container(border=True):
        st.markdown(f"**{wording.plain(account.email or '')}**")
        credits, free = st.columns(2)
        credits.metric("Credits left", "unknown" if account.credits is None else f"{account.credits:,.0f}")
        free.metric("Free places", "unknown" if places is None else f"{places[0]} of {places[1]}",
                    help="How many more videos can be made at the same time.")  # fmt: skip
        for points in account.points:
            if points.balance and points.end_time:
                st.caption(f"{points.balance / 100:,.0f} credits lapse on {wording.day(points.end_time)}.")


def choose_practice_motions() -> None:
    """Kling has had two kinds of motions; practice shows the dashboard with either."""
    st.segmented_control(
        "Motions to practise with",
        list(PRACTICE_MOTIONS),
        format_func=PRACTICE_MOTIONS.__getitem__,
        default=practice().generation,
        required=True,
        key=PRACTICE_GENERATION.name,
        on_change=lambda: session.practise_with(PRACTICE_GENERATION.get()),
        help="Today Kling copies the movement of a whole video. Until 2026 it worked with extracted motions.",
    )


def show_setup() -> None:
    settings = shared.settings()
    st.subheader("How this dashboard is set up")
    if settings.is_practice:
        st.markdown("It runs in **practice mode**. To make real videos, whoever runs it sets a useapi.net token.")
        if me().may("manage people"):
            st.code(HOW_TO_GO_LIVE.strip(), language=None)  # the colours of a language are too pale
        if shared.has_own_practice_api():
            choose_practice_motions()
    else:
        st.markdown("It runs in **live mode**: videos are made by Kling and cost credits.")
    seconds = settings.refresh_seconds
    interval = "second" if seconds == 1 else f"{seconds:g} seconds"
    st.markdown(
        f"- Account used first: {wording.plain(settings.account or 'the first one under the token')}\n"
        f"- Unfinished tasks are looked at every {interval}\n"
        f"- Service: {'built in, for practice' if shared.has_own_practice_api() else settings.api_url}"
    )
    st.caption(f"Motion desk {__version__}")


st.title("Account")
show_accounts()
notices.show()
show_setup()
archive_room.show()
audit_trail.show()
