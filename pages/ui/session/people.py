"""Who may come in, and the trail of what everybody did: one register and one trail for all sessions of the process."""

from __future__ import annotations

import hashlib
import secrets

import streamlit as st

from kling import NotConfigured
from kling.http.keys import fetch_keys
from kling.people import AuditTrail, Register, SignedHeader
from pages.ui.session import shared
from pages.ui.session.resources import memoized


def register() -> Register:
    return shared.register()


def names() -> dict[str, str]:
    """What everybody is called, by their ids; nothing while the database does not answer."""
    try:
        return register().names()
    except NotConfigured:
        return {}


@memoized
@st.cache_resource(show_spinner=False)
def audit() -> AuditTrail:
    return AuditTrail(shared.database())


@memoized
@st.cache_resource(show_spinner=False)
def signed_header() -> SignedHeader:
    """Reads what a proxy in front signs."""
    settings = shared.settings()
    url = settings.proxy_keys_url or ""
    return SignedHeader(lambda: fetch_keys(url), settings.proxy_audience or "", settings.proxy_issuer or "")


@memoized
@st.cache_resource(show_spinner=False)
def cookie_secret() -> str:
    """What cookies are signed with: the same in all processes with the same secrets, and after a restart.

    Where there is no secret to make it from, as in practice mode, it is a new one each time.
    """
    settings = shared.settings()
    parts = [settings.cookie_secret] if settings.cookie_secret else [settings.api_token, settings.oidc_client_secret]
    given = " ".join(part for part in parts if part) or secrets.token_hex(32)
    return hashlib.sha256(f"kling dashboard, cookies {given}".encode()).hexdigest()
