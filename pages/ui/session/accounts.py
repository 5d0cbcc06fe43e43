"""Who this is, and whose Kling account is in use."""

from __future__ import annotations

import uuid

import streamlit as st

from kling.feed import Feeds
from pages.ui.session import shared
from pages.ui.session.visitor import visitor_of


def account() -> str | None:
    """The e-mail of the Kling account in use; None means the first one."""
    return st.session_state.get("account") or shared.settings().account


def feeds() -> Feeds:
    """The shared lists of the account in use."""
    return shared.feeds(account())


def account_name() -> str:
    """The account in use, as far as it is known."""
    return account() or feeds().account or ""


def person() -> str:
    """Who this is, as far as sorting orders goes: the browser's own random name, else the session's."""
    known = visitor_of(st.context.cookies)
    return known or str(st.session_state.setdefault("person", uuid.uuid4().hex))
