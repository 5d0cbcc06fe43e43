"""Why nothing of an account goes on: one message, on every page, for as long as it is so."""

from __future__ import annotations

import time
from collections.abc import Mapping

import streamlit as st

from kling import KlingError
from kling.orders import Trouble
from pages.ui import allowed, panels, session, wording
from pages.ui.fragments import fragment
from pages.ui.session import Key, shared
from pages.ui.session.identity import me

SECONDS = 5.0
DRAWN: Key[tuple[str, ...]] = Key("line trouble drawn", ())
"""What was said last."""


@fragment(key="line")
def show() -> None:
    """Draws nothing while all is well; whatever ticks on the page has it drawn when that changes."""
    troubles = known()
    DRAWN.set(said(troubles))
    for account, trouble in troubles.items():
        name = account if len(session.latest("accounts").value or ()) > 1 else ""
        with st.container(key=f"line {account}", gap="small"):
            show_one(account, wording.explain_trouble(trouble, time.time(), name))
    if troubles:
        panels.tick(SECONDS, "line tick")


def show_one(account: str, explanation: wording.Explanation) -> None:
    st.warning(f"{explanation.what} {explanation.next}", icon=explanation.icon)
    row = st.container(horizontal=True)
    if me().may("order"):
        row.button("It is mended: try now", icon=":material/refresh:", key=f"try account {account}",
                   on_click=look_at_account, args=(account,))  # fmt: skip
    if explanation.detail:
        with row.popover("Technical reason", type="tertiary"):
            st.code(explanation.detail, language=None, wrap_lines=True)


def look_at_account(account: str) -> None:
    with allowed.toasting_errors():
        shared.orders().look_at_account(account, by=session.person())


def known() -> dict[str, Trouble]:
    """The accounts that are held; none while that cannot be read, which is told where orders are placed."""
    try:
        return shared.orders().trouble()
    except KlingError:
        return {}


def has_changed() -> bool:
    """Whether something else should be said than was drawn."""
    return said(known()) != DRAWN.get()


def said(troubles: Mapping[str, Trouble]) -> tuple[str, ...]:
    return tuple(f"{account} {trouble.error!r}" for account, trouble in troubles.items())
