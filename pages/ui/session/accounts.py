"""Who this is, and whose Kling account is in use."""

from __future__ import annotations

import uuid

import streamlit as st

from kling.feed import Feeds
from pages.ui.session import shared
from pages.ui.session.identity import me


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
    """Whose orders and stars these are: an e-mail address, else the browser's random name, else the session's."""
    return me().id or str(st.session_state.setdefault("person", uuid.uuid4().hex))
